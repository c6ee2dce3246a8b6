package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Action;
import io.dflockd.engine.End;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Released rows never change: {@code actions-1.txt} has actions of every kind as octets and as text. Of a new kind the
 * failing test prints what to add; what is there must stay.
 */
class ActionRowsTest {
    private record Line(String octets, String text) {
        byte[] bytes() {
            return HexFormat.of().parseHex(octets);
        }
    }

    @Test
    void releasedOctetsMeanWhatTheyMeant() throws Exception {
        for (var line : lines()) {
            var in = new BatchInput(ByteBuffer.wrap(line.bytes()));
            var action = ActionCodec.read(0, in);

            assertThat(describe(action)).isEqualTo(line.text);
            assertThat(in.isAtEnd()).as(line.text).isTrue();
            assertThat(octets(action)).as(line.text).isEqualTo(line.octets);
        }
    }

    @Test
    void everyKindIsInTheFile() throws Exception {
        var missing = RandomActions.kinds()
                .stream()
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        for (var line : lines()) {
            var action = ActionCodec.read(0, new BatchInput(ByteBuffer.wrap(line.bytes())));
            missing.remove(action.command().getClass().getSimpleName());
        }
        assertThat(missing).as("add the lines:\n" + linesFor(missing)).isEmpty();
    }

    /** They are written as their places, so new ones come last. */
    @Test
    void constantsKeepTheirPlaces() {
        assertThat(Mode.values()).startsWith(Mode.PERMIT, Mode.LEADERSHIP, Mode.READ, Mode.WRITE);
        assertThat(End.values()).startsWith(End.LEFT, End.RIGHT);
        assertThat(Stream.of(Refusal.values()).map(Enum::name).collect(Collectors.joining(" ")))
                .startsWith(
                        "INVALID ALREADY_ENQUEUED NOT_ENQUEUED LEASE_EXPIRED TYPE_MISMATCH LIMIT_MISMATCH MAX_LOCKS MAX_KEYS"
                                + " MAX_WAITERS LIST_FULL BARRIER_COUNT_MISMATCH MAX_SUBSCRIPTIONS DRAINING DENIED TOO_LARGE");
    }

    private static String linesFor(Set<String> names) {
        var actions = new RandomActions(new SplittableRandom(11));
        return RandomActions.kinds()
                .stream()
                .filter(kind -> names.contains(kind.getSimpleName()))
                .map(actions::action)
                .map(action -> octets(action) + " " + describe(action))
                .collect(Collectors.joining("\n"));
    }

    private static String octets(Action action) {
        var out = new BatchOutput(16);
        ActionCodec.write(action, ActionCodec.NONE_BEFORE, out);
        return HexFormat.of().formatHex(Arrays.copyOf(out.array(), out.size()));
    }

    /** In ASCII, whatever is in its texts. */
    private static String describe(Action action) {
        return action.toString()
                .chars()
                .mapToObj(c -> c >= ' ' && c <= '~' ? Character.toString(c) : "\\x%02x".formatted(c))
                .collect(Collectors.joining());
    }

    private static List<Line> lines() throws IOException {
        try (var in = ActionRowsTest.class.getResourceAsStream("/actions-1.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .map(line -> line.split(" ", 2))
                    .map(parts -> new Line(parts[0], parts[1]))
                    .toList();
        }
    }
}
