package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.EngineLimits.Limit;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OwnRoomTest {
    private static final long HEAP = 1L << 30;
    private static final EngineLimits OWN = new EngineLimits(
            1024, 0, 0, 0, 0, 100L << 20, 1 << 24, 100, 60_000, true, 5000, 60_000);

    private final OwnRoom room = new OwnRoom(OWN, HEAP);

    @Test
    void limitsForWhichThereIsRoomAreTaken() {
        assertThat(room.mostStateBytes()).isBetween(HEAP * 3 / 10 - 2, HEAP * 3 / 10 + 2);
        assertThatCode(() -> room.inForce(OWN)).doesNotThrowAnyException();
        assertThatCode(() -> room.inForce(OWN.with(Limit.MAX_BYTES, room.mostStateBytes()))).doesNotThrowAnyException();
        assertThatCode(() -> room.inForce(OWN.with(Limit.MAX_LOCKS, 7))).doesNotThrowAnyException();
    }

    @Test
    void moreThanTheHeapHasRoomForIsRefusedAndSaysWhatToDo() {
        assertThatThrownBy(() -> room.inForce(OWN.with(Limit.MAX_BYTES, room.mostStateBytes() + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the cluster's max-memory is 4294967")
                .hasMessageContaining("this node's heap of 1073741824 bytes has room for 429496729;")
                .hasMessageEndingWith("start it with a larger heap");
    }
}
