package io.dflockd.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.session.SessionState.Arrival;
import io.dflockd.client.internal.session.SessionState.Look;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a session against a model of the server: connections that fall silent in one direction or both, that the
 * server sees ending long before the client does, answers that come over a later connection than the one that was asked
 * over. Whatever happens, what is held is not counted as kept any more when the server ends the session.
 */
class SessionHistoryTest {
    private static final int HISTORIES = 5_000;
    private static final long MS = 1_000_000L;
    private static final Margin NONE = new Margin(Duration.ZERO);

    @Test
    void nothingIsCountedAsKeptWhenTheServerEndsTheSession() {
        int ends = 0;
        int proofs = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new History(seed);
            history.run();
            ends += history.ends;
            proofs += history.proofs;
        }
        assertThat(ends).isGreaterThan(HISTORIES / 4);
        assertThat(proofs).isGreaterThan(HISTORIES * 5);
    }

    /** A connection, as both ends see it. */
    private static final class Wire {
        private boolean knownAtServer = true;
        private boolean knownAtClient = true;
        private boolean there = true;
        private boolean back = true;
    }

    private static final class History {
        private final int seed;
        private final SplittableRandom random;
        private final PriorityQueue<Event> events = new PriorityQueue<>(
                Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
        private final long grace;
        private final SessionState state;
        private final InFlight inFlight = new InFlight(new Meter());
        private long now = 5_000_000 * MS;
        private long order;
        private long end;
        private long outageEnd;
        private long received;
        private int ends;
        private int proofs;
        private Wire wire = new Wire();
        /** At the server: the connection of the session, what it has taken, what it has answered, when it ends. */
        private Wire attached = wire;
        private long seen;
        private final List<Long> answers = new ArrayList<>();
        private long graceEnd = Long.MAX_VALUE;
        private boolean alive;

        private record Event(long at, long order, Runnable what) {}

        private History(int seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            long graceSeconds = random.nextLong(1, 12);
            this.grace = graceSeconds * 1_000 * MS;
            this.state = new SessionState(2_500 * MS, graceSeconds, () -> false, now);
        }

        private void run() {
            end = now + 20 * grace;
            dial();
            for (int i = 0; i < 4; i++) {
                after(random.nextLong(15 * grace), this::harm);
            }
            for (int i = 0; i < 40; i++) {
                after(random.nextLong(20 * grace), () -> ask(new Request.GetCounter("c")));
            }
            while (!events.isEmpty() && events.peek().at < end) {
                var next = events.poll();
                now = next.at;
                next.what.run();
            }
        }

        private void ask(Request request) {
            inFlight.add(new Exchange(request));
            write();
        }

        private void write() {
            if (!state.isUp()) {
                return;
            }
            for (var next = inFlight.next(received, now); next != null; next = inFlight.next(received, now)) {
                state.wrotePrompt(now);
                transmit(wire, next);
            }
            look();
        }

        private void transmit(Wire over, Exchange exchange) {
            if (over.there) {
                after(delay(), () -> take(over, exchange.number));
            }
        }

        private void look() {
            var step = state.look(now, inFlight.oldestPromptSentAt(), inFlight.firstWaitDueAt(), true);
            if (step instanceof Look.Ping) {
                ask(new Request.Ping());
            } else if (step instanceof Look.LookAgain again) {
                after(again.afterNanos(), this::look);
            } else if (step instanceof Look.GiveUp) {
                breakAtClient(wire);
            }
        }

        /** The server reads a request of this number. */
        private void take(Wire over, long number) {
            if (over == attached && over.knownAtServer && alive && number == seen + 1) {
                seen = number;
                answers.add(number);
                deliver(over, number, answers.size());
            }
        }

        /** The server's answer travels, and counts only as the next that was not read. */
        private void deliver(Wire over, long number, long position) {
            if (over.back) {
                after(delay(), () -> read(over, number, position));
            }
        }

        private void read(Wire over, long number, long position) {
            if (over != wire || !over.knownAtClient || !state.isUp() || position != received + 1) {
                if (over == wire && over.knownAtClient && state.isUp() && position > received + 1) {
                    after(MS, () -> read(over, number, position)); // lines do not overtake each other
                }
                return;
            }
            received++;
            var exchange = inFlight.answered(number);
            assertThat(exchange).as("seed %s", seed).isNotNull();
            if (exchange.proves) {
                state.proved(exchange.sentAt);
                proofs++;
            }
            inFlight.settled();
            write();
        }

        private void harm() {
            var struck = wire;
            if (random.nextInt(2) == 0) {
                outageEnd = now + random.nextLong(2 * grace);
            }
            switch (random.nextInt(4)) {
                case 0 -> { // reset: both see it, each in its own time
                    struck.there = false;
                    struck.back = false;
                    after(delay(), () -> breakAtServer(struck));
                    after(delay(), () -> breakAtClient(struck));
                }
                case 1 -> { // a box in the middle tells the server only
                    struck.there = false;
                    struck.back = false;
                    breakAtServer(struck);
                }
                case 2 -> struck.there = false;
                default -> struck.back = false;
            }
        }

        private void breakAtServer(Wire broken) {
            if (broken.knownAtServer) {
                broken.knownAtServer = false;
                if (broken == attached && alive) {
                    graceEnd = now + grace - grace / 2_000;
                    long at = graceEnd;
                    after(at - now, () -> endSession(at));
                }
            }
        }

        private void endSession(long at) {
            if (alive && graceEnd == at) {
                alive = false;
                ends++;
                assertThat(state.keptNanos(NONE, now)).as("what is kept when the session ends, seed %s", seed)
                        .isLessThanOrEqualTo(0);
            }
        }

        private void breakAtClient(Wire broken) {
            if (broken.knownAtClient) {
                broken.knownAtClient = false;
                after(delay(), () -> breakAtServer(broken));
                if (broken == wire && state.down(now)) {
                    after(delay(), this::dial);
                }
            }
        }

        private void dial() {
            var fresh = new Wire();
            wire = fresh;
            long askedAt = now;
            long told = received;
            if (now < outageEnd || random.nextInt(4) == 0) {
                fresh.there = random.nextInt(3) == 0;
                fresh.back = false; // a dial that hangs
            }
            after(random.nextLong(grace / 4) + grace / 4, () -> {
                if (wire == fresh && !state.isUp()) {
                    dial();
                }
            });
            if (fresh.there) {
                after(delay(), () -> join(fresh, askedAt, told));
            }
        }

        private void join(Wire fresh, long askedAt, long told) {
            if (told < 0 || told > answers.size()) {
                return;
            }
            var before = attached;
            attached = fresh;
            breakAtServer(before);
            graceEnd = Long.MAX_VALUE;
            boolean resumed = alive;
            if (!resumed) {
                alive = true;
                seen = 0;
                answers.clear();
            }
            var answer = new Reply.Session(resumed, grace / 1_000 / MS, seen);
            var owed = resumed ? List.copyOf(answers.subList((int) told, answers.size())) : List.<Long>of();
            if (fresh.back) {
                after(delay(), () -> joined(fresh, answer, askedAt));
                for (int i = 0; i < owed.size(); i++) {
                    long position = told + i + 1;
                    long number = owed.get(i);
                    after(delay(), () -> readWhenUp(fresh, number, position));
                }
            }
        }

        private void readWhenUp(Wire over, long number, long position) {
            if (over == wire && !state.isUp()) {
                after(MS, () -> readWhenUp(over, number, position));
            } else {
                read(over, number, position);
            }
        }

        private void joined(Wire fresh, Reply.Session answer, long askedAt) {
            if (fresh != wire || state.isUp() || !fresh.knownAtClient) {
                return;
            }
            var arrival = state.arrival(answer, inFlight.isPossible(answer.seen(), received));
            if (arrival instanceof Arrival.Impossible) {
                return; // the session that began over a dial that was given up
            }
            if (arrival instanceof Arrival.Begun) {
                var lost = new ArrayDeque<>(inFlight.forgetWritten());
                assertThat(lost.size()).isLessThanOrEqualTo(100);
                var unused = state.lose();
                received = 0;
            }
            assertThat(state.up(answer, askedAt)).isTrue();
            inFlight.writtenAbove(answer.seen(), now).forEach(exchange -> transmit(fresh, exchange));
            write();
        }

        private void after(long nanos, Runnable what) {
            events.add(new Event(now + Math.max(0, nanos), order++, what));
        }

        private long delay() {
            return random.nextInt(12) == 0 ? random.nextLong(grace / 2) : random.nextLong(20 * MS);
        }
    }
}
