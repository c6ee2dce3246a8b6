package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
    private static final long UNKNOWN = -1;

    private long free = 1_000;
    private int rooms;
    private final DiskSpace disk = new DiskSpace(Path.of("data"), this::free, () -> 800, () -> rooms++);

    private long free() throws IOException {
        if (free == UNKNOWN) {
            throw new IOException("the disk says nothing");
        }
        return free;
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @Test
    void isShortBelowWhatIsNeeded() {
        look(800);
        assertThat(disk.isShort()).isFalse();

        look(799);
        assertThat(disk.isShort()).isTrue();
        assertThat(disk.free()).isEqualTo(799);
        assertThat(rooms).isOne();
    }

    @Test
    void isEnoughOnlyWithSomeMore() {
        look(10);
        look(899);
        assertThat(disk.isShort()).isTrue();

        look(900);
        assertThat(disk.isShort()).isFalse();
        look(800);
        assertThat(disk.isShort()).isFalse();
    }

    @Test
    void makesRoomOnceAMinute() {
        for (int i = 0; i < 121; i++) {
            look(i % 2);
        }
        assertThat(rooms).isEqualTo(3);

        look(1_000);
        look(10);
        assertThat(rooms).isEqualTo(4);
    }

    @Test
    void staysAsItIsWhereNothingCanBeTold() {
        look(UNKNOWN);
        assertThat(disk.isShort()).isFalse();
        look(10);
        look(UNKNOWN);
        assertThat(disk.isShort()).isTrue();
    }

    @Test
    void needsRoomForThreeSnapshots() {
        assertThat(DiskSpace.usual(1)).isEqualTo(256 << 20);
        assertThat(DiskSpace.usual(1L << 30)).isEqualTo(3L << 30);
    }

    private void look(long bytes) {
        free = bytes;
        disk.look();
    }
}
