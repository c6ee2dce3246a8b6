package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogRoomTest {
    private static final long MIB = 1L << 20;

    @Test
    void aSmallHeapHasShortFilesAndSnapshotsSoonerAndLittleUnderWay() {
        assertThat(LogRoom.of(64 * MIB)).isEqualTo(new LogRoom(MIB, 8_192, 1, MIB / 32, 128, 4 * MIB));
        assertThat(LogRoom.of(512 * MIB)).isEqualTo(new LogRoom(4 * MIB, 65_536, 4, 3 * MIB / 8, 128, 16 * MIB));
        assertThat(LogRoom.of(16_384 * MIB)).isEqualTo(new LogRoom(32 * MIB, 2_097_152, 64, MIB, 2_032, 16 * MIB));
    }

    /** A network that carries 1 MiB a second carries a snapshot, and the heap has what Ratis keeps of it. */
    @Test
    void thePartsOfASnapshotAreShortAndTogetherAnEighthOfTheHeap() {
        for (long heap = 64 * MIB; heap <= MIB * MIB / 16; heap *= 2) {
            var room = LogRoom.of(heap);
            assertThat(room.chunkBytes()).isBetween(1L, MIB);
            assertThat(room.chunkBytes() * room.chunks()).isBetween(heap / 17, heap / 8);
        }
    }
}
