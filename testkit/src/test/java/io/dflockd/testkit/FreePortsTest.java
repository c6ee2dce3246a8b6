package io.dflockd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void noneIsGivenTwice() {
        var given = IntStream.range(0, 60).flatMap(i -> {
            int first = FreePorts.inARow(3);
            return IntStream.range(first, first + 3);
        });

        assertThat(given.boxed().toList()).doesNotHaveDuplicates().hasSize(180);
    }

    @Test
    void theyFollowEachOtherAndNobodyListens() throws IOException {
        int before = FreePorts.one();

        try (var taken = new ServerSocket(before + 2)) {
            int first = FreePorts.inARow(2);

            assertThat(IntStream.range(first, first + 2)).doesNotContain(taken.getLocalPort());
            try (var one = new ServerSocket(first); var other = new ServerSocket(first + 1)) {
                assertThat(one.isBound() && other.isBound()).isTrue();
            }
        }
    }
}
