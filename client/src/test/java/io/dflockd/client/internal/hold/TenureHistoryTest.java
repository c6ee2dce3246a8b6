package io.dflockd.client.internal.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.hold.Tenure.Step;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a hold against a model of the server: renewals and answers that are late or get lost, links that end,
 * losses that are told, and releases at any moment. Whatever happens, nobody is granted the hold while its tenure counts it
 * as valid, and it ends once.
 */
class TenureHistoryTest {
    private static final int HISTORIES = 5_000;
    private static final long MS = 1_000_000L;

    @Test
    void nobodyIsGrantedWhatIsStillValid() {
        int losses = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new History(seed);
            history.run();
            losses += history.losses;
        }
        assertThat(losses).isBetween(HISTORIES / 5, HISTORIES);
    }

    /** One life, told in the client's time. */
    private static final class History {
        private final int seed;
        private final SplittableRandom random;
        private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at));
        private final long lease;
        private final boolean keeps;
        private final Tenure tenure;
        private long now = 1_000_000 * MS;
        private long serverEnd;
        private boolean serverHolds = true;
        private boolean linked = true;
        private int losses;
        private int releases;

        private record Event(long at, Runnable what) {}

        private History(int seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.lease = random.nextLong(300, 33_000) * MS;
            this.keeps = random.nextBoolean();
            var margin = random.nextInt(4) == 0 ? new Margin(Duration.ZERO) : new Margin(null);
            long received = now + delay();
            serverEnd = received + ofServer(lease);
            this.tenure = new Tenure(margin, lease, 7, now);
        }

        private void run() {
            at(now + lease / 2, this::renew);
            at(serverEnd, this::expire);
            at(now + random.nextLong(4 * lease), () -> act(tenure.release()));
            at(now + random.nextLong(8 * lease), this::cut);
            if (random.nextInt(4) == 0) {
                at(now + random.nextLong(4 * lease), this::revoke);
            }
            at(now + lease / 3, this::look);
            while (!events.isEmpty()) {
                var next = events.poll();
                now = next.at;
                next.what.run();
                assertThat(losses + releases).as("ends of seed %s", seed).isLessThanOrEqualTo(1);
            }
            assertThat(losses + releases).as("ends of seed %s", seed).isEqualTo(1);
        }

        private void renew() {
            if (tenure.isOver()) {
                return;
            }
            if (!linked || random.nextInt(4) == 0) {
                act(tenure.failed(random.nextDouble())); // lost on the way there, as far as anybody knows
                return;
            }
            long sent = now;
            at(sent + delay(), () -> {
                if (!serverHolds) {
                    at(now + delay(), () -> act(tenure.gone(random.nextBoolean())));
                    return;
                }
                serverEnd = now + ofServer(lease);
                at(serverEnd, this::expire);
                if (random.nextInt(4) > 0) {
                    at(now + delay(), () -> renewed(sent));
                }
            });
            at(sent + lease / 2, this::renew);
        }

        private void renewed(long sent) {
            boolean over = tenure.isOver();
            var step = tenure.renewed(lease, 7, sent, !linked);
            assertThat(step instanceof Step.TooLate).isEqualTo(over);
            linked = linked || !over;
        }

        private void cut() {
            linked = false;
            if (!keeps) {
                serverHolds = false; // what it does about the same time
            }
            act(tenure.linkEnded(keeps));
            if (keeps) {
                at(now + delay(), () -> linked = true);
            } else {
                assertNotBelieved();
            }
        }

        private void revoke() {
            if (serverHolds) {
                serverHolds = false;
                act(tenure.ended(false)); // within a round trip, which no client can shorten
                assertNotBelieved();
            }
        }

        private void expire() {
            if (serverHolds && now >= serverEnd) {
                serverHolds = false;
                assertNotBelieved();
            }
        }

        private void look() {
            act(tenure.look(now, Nanos.FOREVER, linked));
        }

        private void act(Step step) {
            if (step instanceof Step.LookAgain again) {
                at(now + again.afterNanos(), this::look);
            } else if (step instanceof Step.RenewAgain again) {
                at(now + again.afterNanos(), this::renew);
            } else if (step instanceof Step.SeekLink seek) {
                at(now + seek.afterNanos() + MS, this::renew);
            } else if (step instanceof Step.Lose) {
                losses++;
            } else if (step instanceof Step.GiveBack) {
                releases++;
            }
        }

        private void assertNotBelieved() {
            assertThat(tenure.leftNanos(now, Nanos.FOREVER)).as("what is left at the grant to the next, seed %s", seed)
                    .isZero();
        }

        private void at(long time, Runnable what) {
            events.add(new Event(time, what));
        }

        /** Mostly short, now and then longer than the lease. */
        private long delay() {
            return random.nextInt(10) == 0 ? random.nextLong(2 * lease) : random.nextLong(50 * MS);
        }

        /** What the server measures as this term, whose clock may be faster. */
        private static long ofServer(long term) {
            return term - term / 2_000;
        }
    }
}
