package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a health is down, by a clock that the test moves. */
@Timeout(60)
class AnswersTest {
    private static final ServerAddress FIRST = new ServerAddress("one", 1);
    private static final ServerAddress SECOND = new ServerAddress("two", 2);

    private final Time time = new Time();
    /** Those that answer. */
    private final Map<ServerAddress, Duration> answering = new HashMap<>();
    private boolean isClosed;
    private int asked;

    private Map<ServerAddress, Duration> ping(Duration wait) {
        assertThat(wait).isEqualTo(Duration.ofSeconds(1));
        asked++;
        if (isClosed) {
            throw new ClientClosedException("closed");
        }
        return Map.copyOf(answering);
    }

    private Answers answers(Executor executor, ServerAddress... servers) {
        return new Answers(this::ping, List.of(servers), () -> new ClientMetrics.Connections(1, 5, 0, 3, 2), time,
                executor, Duration.ofSeconds(10));
    }

    private Answers answers(ServerAddress... servers) {
        return answers(Runnable::run, servers);
    }

    @Test
    void oneAnswerThatDoesNotComeIsNoOutageHoweverRarelySomebodyLooks() {
        answering.put(FIRST, Duration.ofMillis(2));
        var answers = answers(FIRST);
        assertThat(answers.look().isUp()).isTrue();

        time.advance(Duration.ofMinutes(5));
        answering.clear();
        assertThat(answers.look().isUp()).isTrue();
        assertThat(answers.look().details()).containsEntry("one:1", "silent for PT0S");
        answering.put(FIRST, Duration.ofMillis(2));
        time.advance(Duration.ofSeconds(10));

        assertThat(answers.look().isUp()).isTrue();
        assertThat(answers.look().details()).containsEntry("one:1", "2.0 ms");
    }

    @Test
    void whoIsSilentForThatLongIsDownAndUpAsSoonAsItAnswers() {
        answering.put(FIRST, Duration.ofMillis(2));
        var answers = answers(FIRST);
        answers.look();
        answering.clear();
        time.advance(Duration.ofSeconds(20));

        assertThat(answers.look().isUp()).isTrue();
        time.advance(Duration.ofSeconds(9));
        assertThat(answers.look().isUp()).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(answers.look().isUp()).isFalse();
        assertThat(answers.look().details()).containsEntry("one:1", "silent for PT10S").containsEntry("answered", 0);

        answering.put(FIRST, Duration.ofMillis(2));
        time.advance(Duration.ofSeconds(1)); // nobody has to look for that
        assertThat(answers.look().isUp()).isTrue();
    }

    @Test
    void aServerThatNeverAnsweredIsDownAfterThatLong() {
        var answers = answers(FIRST);
        assertThat(answers.look().isUp()).isTrue();
        time.advance(Duration.ofSeconds(10));
        assertThat(answers.look().isUp()).isFalse();
    }

    @Test
    void oneOfSeveralServersIsEnoughAndTheOtherIsNamed() {
        answering.put(SECOND, Duration.ofMillis(3));
        var answers = answers(FIRST, SECOND);
        answers.look();
        time.advance(Duration.ofSeconds(30));

        var health = answers.look();
        assertThat(health.isUp()).isTrue();
        assertThat(health.details()).containsEntry("one:1", "silent for PT30S")
                .containsEntry("two:2", "3.0 ms")
                .containsEntry("servers", 2)
                .containsEntry("answered", 1)
                .containsEntry("connections", 1L)
                .containsEntry("sessionsResumed", 3L)
                .containsEntry("sessionsLost", 2L);

        answering.clear(); // the first has been silent for long, but something answered until now
        time.advance(Duration.ofSeconds(5));
        assertThat(answers.look().isUp()).isTrue();
        time.advance(Duration.ofSeconds(10));
        assertThat(answers.look().isUp()).isFalse();
    }

    @Test
    void whoLooksDoesNotAskAndOneAskIsUnderWayAtATime() {
        Queue<Runnable> threads = new ArrayDeque<>();
        answering.put(FIRST, Duration.ofMillis(2));
        var direct = new boolean[]{true};
        var answers = answers(task -> {
            if (direct[0]) {
                task.run();
            } else {
                threads.add(task);
            }
        }, FIRST);
        answers.look();
        direct[0] = false;
        answering.clear();

        time.advance(Duration.ofSeconds(5));
        for (int i = 0; i < 10; i++) {
            assertThat(answers.look().details()).containsEntry("one:1", "2.0 ms");
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(asked).isEqualTo(1);
        assertThat(threads).hasSize(1);

        threads.remove().run();
        assertThat(answers.look().details()).containsKey("one:1").doesNotContainValue("2.0 ms");
    }

    @Test
    void theyAreAskedOnceASecondAtMost() {
        answering.put(FIRST, Duration.ofMillis(2));
        var answers = answers(FIRST);
        for (int i = 0; i < 30; i++) {
            answers.look();
            time.advance(Duration.ofMillis(100));
        }
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void nobodyIsAskedForWhomNobodyLooks() {
        var answers = answers(FIRST);
        answers.look();
        time.advance(Duration.ofMinutes(10));
        int then = asked;
        assertThat(then).isBetween(10, 70);
        time.advance(Duration.ofMinutes(10));
        assertThat(asked).isEqualTo(then);

        answers.look();
        assertThat(asked).isEqualTo(then + 1);
    }

    @Test
    void aClientThatIsClosedIsAskedNoMore() {
        isClosed = true;
        var answers = answers(FIRST);
        answers.look();
        time.advance(Duration.ofSeconds(30));
        assertThat(asked).isEqualTo(1);
        assertThat(answers.look().isUp()).isFalse();
    }

    /** Stands still until it is moved, and runs what is due on the way. */
    private static final class Time implements TimeSource {
        private final List<Due> due = new ArrayList<>();
        private long now = -5;

        private record Due(long at, Runnable task) {}

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Alarm after(long delayNanos, Runnable task) {
            var entry = new Due(now + delayNanos, task);
            due.add(entry);
            return () -> due.remove(entry);
        }

        void advance(Duration duration) {
            long end = now + duration.toNanos();
            while (true) {
                var next = due.stream().filter(one -> one.at() <= end).min(Comparator.comparingLong(Due::at));
                if (next.isEmpty()) {
                    break;
                }
                due.remove(next.get());
                now = Math.max(now, next.get().at());
                next.get().task().run();
            }
            now = end;
        }
    }
}
