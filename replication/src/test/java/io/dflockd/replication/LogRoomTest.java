package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogRoomTest {
    private static final long MIB = 1L << 20;

    @Test
    void aSmallHeapHasShortFilesAndSnapshotsSoonerAndLittleUnderWay() {
        assertThat(LogRoom.of(64 * MIB)).isEqualTo(new LogRoom(MIB, 8_192, 1, MIB / 32, 4 * MIB));
        assertThat(LogRoom.of(512 * MIB)).isEqualTo(new LogRoom(4 * MIB, 65_536, 4, 3 * MIB / 8, 16 * MIB));
        assertThat(LogRoom.of(16_384 * MIB)).isEqualTo(new LogRoom(32 * MIB, 2_097_152, 64, 127 * MIB / 8, 16 * MIB));
    }
}
