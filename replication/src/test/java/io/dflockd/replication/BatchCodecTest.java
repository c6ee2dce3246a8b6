package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class BatchCodecTest {
    private static final long SEED = System.nanoTime();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final RandomActions actions = new RandomActions(random);

    @Test
    void whatWasWrittenIsRead() throws BrokenBatchException {
        for (int i = 0; i < 100; i++) {
            var turn = actions.all();
            var batch = new Batch(random.nextInt(1 << 16), random.nextLong(), random.nextLong(), random.nextLong(),
                    turn);

            assertThat(BatchCodec.read(sealed(batch))).as("seed " + SEED).isEqualTo(batch);
        }
    }

    @Test
    void turnsStandOneBehindTheOther() throws BrokenBatchException {
        var expected = new ArrayList<Action>();
        var batch = new BatchOutput(BatchCodec.HEADER_BYTES);
        batch.resize(BatchCodec.HEADER_BYTES);
        for (int i = 0; i < 5; i++) {
            var turn = actions.all();
            expected.addAll(turn);
            var out = new BatchOutput(16);
            write(turn, out);
            batch.append(out);
        }
        BatchCodec.seal(batch, expected.size(), 1, 2, 3, 4);

        assertThat(BatchCodec.read(octets(batch)).actions()).as("seed " + SEED).isEqualTo(expected);
    }

    @Test
    void anEmptyBatchIsFortyFourBytes() throws BrokenBatchException {
        var octets = sealed(new Batch(1, 2, 3, 4, List.of()));

        assertThat(octets.remaining()).isEqualTo(44);
        assertThat(BatchCodec.read(octets).actions()).isEmpty();
    }

    @Test
    void theCommonActionsAreShort() {
        long term = 7L << 40;
        var key = "jobs/nightly/europe1";
        var token = "000000000000001ffffffffffffffffe";
        var release = new Action(0, term + 17, term + 5, 1_000, 998, new Command.Release(key, token, false));
        var acquire = new Action(random.nextLong(), term + 18, term + 6, 1_000, 998,
                new Command.Acquire(key, Mode.PERMIT, 1, 10_000, 33_000, false));
        var first = new BatchOutput(16);
        write(List.of(release), first);
        var both = new BatchOutput(16);
        write(List.of(release, acquire), both);

        assertThat(first.size()).isLessThan(75);
        assertThat(both.size() - first.size()).isLessThan(50);
    }

    /** With a wrong checksum nothing is believed, with a right one nothing is trusted. */
    @Test
    void everyChangedOctetIsNoticed() {
        var octets = sealed(new Batch(1, 2, 3, 4, actions.some(20))).array();
        for (int at = 0; at < octets.length; at++) {
            var changed = octets.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> BatchCodec.read(ByteBuffer.wrap(changed)))
                    .as("seed " + SEED)
                    .isInstanceOf(BrokenBatchException.class);
        }
    }

    @Test
    void everyTruncationIsNoticed() {
        var octets = sealed(new Batch(1, 2, 3, 4, actions.some(20))).array();
        for (int length = 0; length < octets.length; length++) {
            var cut = ByteBuffer.wrap(octets, 0, length);
            assertThatThrownBy(() -> BatchCodec.read(cut)).isInstanceOf(BrokenBatchException.class);
        }
    }

    @Test
    void hostileOctetsUnderARightChecksumAreRefusedOrMakeSense() {
        var octets = sealed(new Batch(1, 2, 3, 4, actions.all())).array();
        for (int i = 0; i < 20_000; i++) {
            var changed = octets.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                int at = random.nextInt(BatchCodec.HEADER_BYTES, octets.length - 4);
                changed[at] = random.nextBoolean() ? (byte) 0xff : (byte) random.nextInt();
            }
            correct(changed);
            readOrRefuse(changed);
        }
    }

    @Test
    void noiseIsRefused() {
        for (int i = 0; i < 2_000; i++) {
            var noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length >= 44 && random.nextBoolean()) {
                System.arraycopy(sealed(new Batch(1, 2, 3, 4, List.of())).array(), 0, noise, 0, 36);
                ByteBuffer.wrap(noise).putInt(36, noise.length - 44);
                correct(noise);
                readOrRefuse(noise);
            } else {
                assertThatThrownBy(() -> BatchCodec.read(ByteBuffer.wrap(noise)))
                        .isInstanceOf(BrokenBatchException.class);
            }
        }
    }

    @Test
    void aRefusalSaysWhatIsWrong() {
        var octets = sealed(new Batch(1, 2, 3, 4, List.of(Action.ofDriver(new Command.Tick())))).array();
        refusal(octets, 0, 0, "magic is 6712418, must be 1684434018");
        refusal(octets, 4, 2, "version is 2, must be 1");
        refusal(octets, 5, 1, "flags is 1, must be 0");
        refusal(octets, 35, 2, "number of actions is 1, must be 1".replace("is 1", "is 2"));
        refusal(octets, 39, 4, "length of the payload is 4, must be 5");
        refusal(octets, 40, 0xff, "action 0 at byte 40: no command has kind 127; a later version may have written it");
        refusal(octets, 40, 1, "action 0 at byte 40: the first action is not marked as first");
        octets[44]++;
        assertThatThrownBy(() -> BatchCodec.read(ByteBuffer.wrap(octets))).hasMessageContaining("checksum is ");
    }

    @Test
    void aRefusalNamesTheIndex() {
        assertThat(new BrokenBatchException("flags is 1, must be 0").at(17))
                .hasMessage("the batch at index 17 of the log is broken: flags is 1, must be 0");
    }

    @Test
    void whatCannotBeReadAgainIsNotWritten() {
        var out = new BatchOutput(16);

        assertThatThrownBy(() -> ActionCodec.write(new Action(1, 2, 3, 4, 5, new Command.Ping()), 0, out))
                .hasMessage("Ping cannot end in a grant, so its salt must be 0");
        var detach = new Command.Detach(List.of(Outcome.DONE), 0);
        assertThatThrownBy(() -> ActionCodec.write(new Action(0, 2, 3, 4, 5, detach), 0, out))
                .hasMessage("Done cannot be given back");
    }

    private static void refusal(byte[] octets, int at, int value, String message) {
        var changed = octets.clone();
        changed[at] = (byte) value;
        correct(changed);
        assertThatThrownBy(() -> BatchCodec.read(ByteBuffer.wrap(changed)))
                .isInstanceOf(BrokenBatchException.class)
                .hasMessage(message);
    }

    private static void readOrRefuse(byte[] octets) {
        try {
            BatchCodec.read(ByteBuffer.wrap(octets));
        } catch (BrokenBatchException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static void correct(byte[] octets) {
        var checksum = new CRC32C();
        checksum.update(octets, 0, octets.length - 4);
        ByteBuffer.wrap(octets).putInt(octets.length - 4, (int) checksum.getValue());
    }

    private static ByteBuffer sealed(Batch batch) {
        var out = new BatchOutput(BatchCodec.HEADER_BYTES);
        out.resize(BatchCodec.HEADER_BYTES);
        write(batch.actions(), out);
        BatchCodec.seal(out, batch.actions().size(), batch.rules(), batch.term(), batch.number(), batch.timeMs());
        return octets(out);
    }

    private static ByteBuffer octets(BatchOutput out) {
        return ByteBuffer.wrap(Arrays.copyOf(out.array(), out.size()));
    }

    private static void write(List<Action> turn, BatchOutput out) {
        long former = ActionCodec.NONE_BEFORE;
        for (var action : turn) {
            ActionCodec.write(action, former, out);
            former = action.connection();
        }
    }
}
