package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrequentRecordsTest {
    private final List<String> records = new ArrayList<>();
    private final Deque<Runnable> alarms = new ArrayDeque<>();
    private final AuditLog log = new AuditLog() {
        @Override
        public void record(String event, Map<String, ?> fields) {
            records.add(event + fields);
        }

        @Override
        public boolean isFailing() {
            return false;
        }

        @Override
        public boolean mayAct() {
            return true;
        }
    };
    private final FrequentRecords frequent = records(1);

    private FrequentRecords records(int mostAtOnce) {
        return new FrequentRecords(log, (task, delayNanos) -> {
            alarms.add(task);
            return () -> {};
        }, mostAtOnce);
    }

    private void happens(String actor, String key) {
        frequent.happened("denied", actor, "10.0.0.1", Map.of("key", key));
    }

    private void aMinutePasses() {
        var due = alarms.remove();
        due.run();
    }

    @Test
    void theFirstIsRecordedAtOnceAndTheOthersAreCounted() {
        happens("a", "1");
        happens("a", "2");
        happens("b", "3");
        happens("a", "4");
        assertThat(records).containsExactly("denied{key=1}", "denied{key=3}");

        aMinutePasses();

        assertThat(records).hasSize(3).last().isEqualTo("denied{key=4, count=2}");
        aMinutePasses();
        assertThat(records).hasSize(3);
        assertThat(alarms).as("nothing to tell any more").isEmpty();
        happens("a", "5");
        assertThat(records).last().isEqualTo("denied{key=5}");
    }

    @Test
    void severalMayBeRecordedAtOnceAndThenAgainAMinuteLater() {
        var several = records(3);
        for (int i = 1; i <= 5; i++) {
            several.happened("denied", "a", "10.0.0.1", Map.of("key", i));
        }
        several.happened("denied", "a", "10.0.0.2", Map.of("key", "other"));
        assertThat(records).containsExactly("denied{key=1}", "denied{key=2}", "denied{key=3}", "denied{key=other}");

        aMinutePasses();
        assertThat(records).last().isEqualTo("denied{key=5, count=2}");
        several.happened("denied", "a", "10.0.0.1", Map.of("key", 6));
        assertThat(records).as("a minute that told of it goes on").hasSize(5);
        aMinutePasses();
        aMinutePasses();
        several.happened("denied", "a", "10.0.0.1", Map.of("key", 7));

        assertThat(records).endsWith("denied{key=6, count=1}", "denied{key=7}");
    }

    @Test
    void ofTooManyTheOldestIsForgottenAndWhatWasNotToldOfItIsTold() {
        happens("first", "1");
        happens("first", "2");
        for (int i = 0; i < FrequentRecords.MOST; i++) {
            happens("actor" + i, "k");
        }

        assertThat(records).hasSize(FrequentRecords.MOST + 2).contains("denied{key=2, count=1}");
    }
}
