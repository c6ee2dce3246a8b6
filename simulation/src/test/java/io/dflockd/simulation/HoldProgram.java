package io.dflockd.simulation;

import io.dflockd.testkit.history.HoldCall;
import java.util.List;

/** What a client wants to hold, at random, and what it does with it. */
final class HoldProgram {
    static final long DEFAULT_LEASE_MS = 10_000;
    private static final int MOST_HOLDS = 2;
    private static final List<HoldWords> KINDS = List.of(HoldWords.values());

    private final SimulatedClient client;
    private final Scene scene;
    private final VirtualTime time;
    private int waits;

    HoldProgram(SimulatedClient client) {
        this.client = client;
        this.scene = client.scene;
        this.time = client.time;
    }

    /** Asks for something to hold, or does something with what is held. */
    void next() {
        client.beliefs.removeIf(Belief::isOver);
        if (client.beliefs.size() + waits < MOST_HOLDS) {
            var words = KINDS.get(time.random().nextInt(KINDS.size()));
            if (time.chance(0.15) && !words.enqueue.isEmpty()) {
                enqueue(words);
            } else {
                acquire(words);
            }
            return;
        }
        if (!client.beliefs.isEmpty()) {
            var belief = client.beliefs.get(time.random().nextInt(client.beliefs.size()));
            switch (time.random().nextInt(5)) {
                case 0, 1 -> renew(belief);
                case 2 -> {
                    if (belief.words == HoldWords.WRITE && !belief.downgraded) {
                        belief.downgraded = true;
                        downgrade(belief);
                    } else {
                        keep(belief);
                    }
                }
                default -> release(belief);
            }
        }
    }

    private String leaseText() {
        if (scene.settings.isLong()) {
            return time.between(20, 120) + "";
        }
        return time.chance(0.3) ? time.between(1, 15) + "" : time.between(500, 9_000) + "ms";
    }

    private static long ms(String duration) {
        return duration.endsWith("ms")
                ? Long.parseLong(duration.substring(0, duration.length() - 2))
                : Long.parseLong(duration) * 1_000;
    }

    private void acquire(HoldWords words) {
        long waitMs = time.chance(0.4) ? 0 : time.between(1, 2_500);
        var pending = scene.history.invoke(client.name, words.key, new HoldCall.Acquire(words.limit), time.now());
        var argument = waitMs + "ms" + words.limitText + " " + leaseText();
        waits++;
        client.ask(new Wish(words.acquire, words.key, argument, waitMs, pending, new Wish.Ending() {
            @Override
            public void answered(Wish wish, String said) {
                waits--;
                granted(words, wish, wish.firstWrittenAt, said);
            }

            @Override
            public void unknown(Wish wish) {
                waits--;
            }
        }));
    }

    private void granted(HoldWords words, Wish wish, long writtenAt, String said) {
        var parts = said.split(" ", -1);
        if (said.equals("timeout") || said.equals("error_lease_expired")) {
            wish.pending.returned(null, time.now());
        } else if (!parts[0].equals("ok") && !parts[0].equals("acquired")) {
            client.refused(wish, said);
        } else {
            long fence = Long.parseLong(parts[3]);
            wish.pending.returned(fence, time.now());
            var belief = new Belief(client, words, words.key, parts[1], fence, client.hangsOn(wish));
            client.beliefs.add(belief);
            belief.lasts(writtenAt, ms(parts[2]));
        }
    }

    private void enqueue(HoldWords words) {
        var pending = scene.history.invoke(client.name, words.key, new HoldCall.Acquire(words.limit), time.now());
        waits++;
        client.ask(new Wish(words.enqueue, words.key, (words.limitText + " " + leaseText()).strip(), 0, pending,
                new Wish.Ending() {
                    @Override
                    public void answered(Wish wish, String said) {
                        if (said.equals("queued")) {
                            await(words, wish);
                        } else if (said.equals("error_already_enqueued")) {
                            waits--;
                            pending.refused(said, time.now());
                        } else {
                            waits--;
                            granted(words, wish, wish.firstWrittenAt, said);
                        }
                    }

                    @Override
                    public void unknown(Wish wish) {
                        waits--;
                    }
                }));
    }

    private void await(HoldWords words, Wish enqueued) {
        long waitMs = time.between(1, 2_500);
        client.ask(new Wish(words.await, words.key, waitMs + "ms", waitMs, enqueued.pending, new Wish.Ending() {
            @Override
            public void answered(Wish wish, String said) {
                waits--;
                if (said.equals("error_not_enqueued")) {
                    wish.pending.unknown();
                } else {
                    granted(words, wish, enqueued.firstWrittenAt, said);
                }
            }

            @Override
            public void unknown(Wish wish) {
                waits--;
            }
        }));
    }

    private void renew(Belief belief) {
        var pending = scene.history.invoke(client.name, belief.key, new HoldCall.Renew(belief.fence), time.now());
        var lease = leaseText();
        belief.mayLastOnly(ms(lease));
        client.ask(new Wish(belief.words.renew, belief.key, belief.token + " " + lease, 0, pending,
                (wish, said) -> {
                    if (said.startsWith("ok ")) {
                        pending.returned(true, time.now());
                        belief.lasts(wish.firstWrittenAt, ms(said.split(" ", -1)[1]));
                    } else {
                        gone(belief, wish, said);
                    }
                }));
    }

    private void keep(Belief belief) {
        var pending = scene.history.invoke(client.name, belief.key, new HoldCall.Renew(belief.fence), time.now());
        var lease = leaseText();
        belief.mayLastOnly(ms(lease));
        client.ask(new Wish("keep", belief.key, belief.token + " " + lease, 0, pending, (wish, said) -> {
            if (said.startsWith("ok ")) {
                pending.returned(true, time.now());
                belief.keep();
                belief.lasts(wish.firstWrittenAt, ms(said.split(" ", -1)[1]));
            } else {
                gone(belief, wish, said);
            }
        }));
    }

    private void downgrade(Belief belief) {
        var pending = scene.history.invoke(client.name, belief.key, new HoldCall.Downgrade(belief.fence), time.now());
        belief.mayLastOnly(DEFAULT_LEASE_MS);
        client.ask(new Wish("downgrade", belief.key, belief.token, 0, pending, (wish, said) -> {
            if (said.startsWith("ok ")) {
                pending.returned(true, time.now());
                belief.lasts(wish.firstWrittenAt, ms(said.split(" ", -1)[2]));
            } else {
                gone(belief, wish, said);
            }
        }));
    }

    /** The server does not know the hold. */
    private void gone(Belief belief, Wish wish, String said) {
        if (said.equals("error_draining")) {
            wish.pending.refused(said, time.now());
            return;
        }
        if (belief.isEarly()) {
            client.violated(wish + " was answered " + said + " while the hold was to last");
        }
        wish.pending.returned(false, time.now());
    }

    private void release(Belief belief) {
        long now = time.now();
        var pending = scene.history.invoke(client.name, belief.key, new HoldCall.Release(belief.fence), now);
        belief.release();
        client.beliefs.remove(belief);
        client.ask(new Wish(belief.words.release, belief.key, belief.token, 0, pending, new Wish.Ending() {
            @Override
            public void answered(Wish wish, String said) {
                if (said.equals("ok")) {
                    pending.returned(true, time.now());
                    return;
                }
                if (said.equals("error_draining")) {
                    wish.pending.refused(said, time.now());
                } else {
                    wish.pending.returned(false, time.now());
                }
                scene.history.mayHappen(client.name, belief.key, new HoldCall.Lose(belief.fence), now);
            }

            @Override
            public void unknown(Wish wish) {
                scene.history.mayHappen(client.name, belief.key, new HoldCall.Lose(belief.fence), now);
            }
        }));
    }

    /** Gives back what it holds. */
    void releaseAll() {
        for (var belief : List.copyOf(client.beliefs)) {
            if (!belief.isOver()) {
                release(belief);
            }
        }
    }
}
