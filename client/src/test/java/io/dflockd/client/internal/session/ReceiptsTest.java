package io.dflockd.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    private final ManualTime time = new ManualTime();
    private int alarms;
    private final Receipts receipts = new Receipts(time, () -> alarms++);

    @Test
    void manyAnswersAreDueAtOnce() {
        for (int i = 1; i < Receipts.MOST_ANSWERS; i++) {
            receipts.read(10);
            assertThat(receipts.isDue()).isFalse();
        }
        receipts.read(10);
        assertThat(receipts.isDue()).isTrue();

        assertThat(receipts.tell()).isEqualTo(Receipts.MOST_ANSWERS);
        assertThat(receipts.isDue()).isFalse();
        assertThat(receipts.isOwed()).isFalse();
    }

    @Test
    void longAnswersAreDueAtOnce() {
        receipts.read(Receipts.MOST_BYTES - 1);
        assertThat(receipts.isDue()).isFalse();
        receipts.read(1);
        assertThat(receipts.isDue()).isTrue();
    }

    @Test
    void oneAlarmAtATimeRingsWithinASecondOfTheOldest() {
        receipts.read(1);
        receipts.read(1);
        time.advance(Duration.ofMillis(999));
        assertThat(alarms).isZero();
        time.advance(Duration.ofMillis(1));
        assertThat(alarms).isEqualTo(1);

        time.advance(Duration.ofSeconds(9));
        assertThat(alarms).isEqualTo(1);
        receipts.rang();
        receipts.read(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(alarms).isEqualTo(2);
    }

    @Test
    void newSessionCountsFromZero() {
        receipts.read(1);
        receipts.beginAnew();
        assertThat(receipts.received()).isZero();
        assertThat(receipts.isOwed()).isFalse();
    }
}
