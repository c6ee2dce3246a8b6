package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RestTest {
    private final Rest rest = new Rest();

    @Test
    void givesWhatItWasGivenInItsOrder() {
        var random = new SplittableRandom(1);
        var given = new ByteArrayOutputStream();
        var taken = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            var piece = new byte[random.nextInt(1, 2_000)];
            random.nextBytes(piece);
            int start = random.nextInt(piece.length);
            rest.add(piece, start, piece.length);
            given.write(piece, start, piece.length - start);
            while (!rest.isEmpty() && random.nextInt(3) == 0) {
                takeSome(random, taken);
            }
        }
        while (!rest.isEmpty()) {
            takeSome(random, taken);
        }

        assertThat(taken.toByteArray()).isEqualTo(given.toByteArray());
        assertThat(rest.capacity()).isZero();
    }

    private void takeSome(SplittableRandom random, ByteArrayOutputStream taken) {
        int place = random.nextInt(rest.from(), rest.end()) + 1;
        taken.write(rest.first(), rest.from(), place - rest.from());
        rest.takenTo(place);
    }

    @Test
    void copiesNothingAgainWhenMoreComes() {
        var chunk = new byte[65_536];
        rest.add(chunk, 0, chunk.length);
        var first = rest.first();
        for (int i = 0; i < 1_000; i++) {
            rest.add(chunk, 0, chunk.length);
        }

        assertThat(rest.first()).isSameAs(first);
        assertThat(rest.capacity()).isBetween(1_001L * chunk.length, 1_001L * chunk.length + (1 << 20));
    }

    @Test
    void joinsWhatComesByteByByte() {
        for (int i = 0; i < 1_000; i++) {
            rest.add(new byte[]{(byte) i}, 0, 1);
        }

        assertThat(rest.capacity()).isLessThanOrEqualTo(2_000);
        rest.clear();
        assertThat(rest.isEmpty()).isTrue();
        assertThat(rest.capacity()).isZero();
        rest.add(new byte[]{7}, 0, 1);
        assertThat(rest.first()[rest.from()]).isEqualTo((byte) 7);
    }
}
