package io.dflockd.testkit.history;

import io.dflockd.testkit.history.ListCall.End;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Does what it is asked, one after the other. Written without the rules that it is judged by. */
abstract class SimulatedThing {
    /** What was asked and what came of it. */
    record Done(Call<?> call, @Nullable Object answer) {}

    final SplittableRandom random;
    private int texts;

    SimulatedThing(SplittableRandom random) {
        this.random = random;
    }

    /** Chooses what this client asks next, whether it hears of it or not, and carries it out. */
    abstract Done next(int client, boolean isHeardOf);

    /** Never the same twice. */
    String text() {
        return "v" + ++texts;
    }

    /** Never the same twice, until all are used. */
    String someText() {
        return "v" + random.nextInt(Math.max(1, texts - 5), texts + 2);
    }

    static final class Counter extends SimulatedThing {
        private long value;

        Counter(SplittableRandom random) {
            super(random);
        }

        @Override
        Done next(int client, boolean isHeardOf) {
            long number = random.nextLong(-1_000, 1_000);
            switch (random.nextInt(10)) {
                case 0 -> {
                    value = number;
                    return new Done(new CounterCall.Set(number), null);
                }
                case 1, 2, 3 -> {
                    return new Done(new CounterCall.Get(), value);
                }
                default -> {
                    value += number;
                    return new Done(new CounterCall.Add(number), value);
                }
            }
        }
    }

    static final class Value extends SimulatedThing {
        private @Nullable String value;

        Value(SplittableRandom random) {
            super(random);
        }

        @Override
        Done next(int client, boolean isHeardOf) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    value = null;
                    return new Done(new ValueCall.Delete(), null);
                }
                case 1, 2 -> {
                    value = text();
                    return new Done(new ValueCall.Set(value), null);
                }
                case 3, 4, 5 -> {
                    var expected = random.nextInt(4) == 0 ? null : someText();
                    var wanted = text();
                    boolean swaps = value == null ? expected == null : value.equals(expected);
                    value = swaps ? wanted : value;
                    return new Done(new ValueCall.CompareAndSet(expected, wanted), swaps);
                }
                default -> {
                    return new Done(new ValueCall.Get(), value);
                }
            }
        }
    }

    static final class Values extends SimulatedThing {
        private static final int FEW = 12;

        private final ArrayDeque<String> values = new ArrayDeque<>();

        Values(SplittableRandom random) {
            super(random);
        }

        @Override
        Done next(int client, boolean isHeardOf) {
            var end = random.nextBoolean() ? End.LEFT : End.RIGHT;
            int choice = random.nextInt(10);
            if (choice == 0) {
                return new Done(new ListCall.Length(), (long) values.size());
            } else if (choice == 1) {
                return new Done(new ListCall.Range(0, -1), values.stream().toList());
            } else if (choice < 6 && values.size() < FEW) {
                var value = text();
                if (end == End.LEFT) {
                    values.addFirst(value);
                } else {
                    values.addLast(value);
                }
                return new Done(new ListCall.Push(end, value), (long) values.size());
            }
            return new Done(new ListCall.Pop(end), end == End.LEFT ? values.pollFirst() : values.pollLast());
        }
    }

    /** A read-write lock whose holders now and then lose it. */
    static final class Holds extends SimulatedThing {
        private record Hold(long fence, boolean shared) {}

        private static final int NOBODY = -1;

        private final AtomicLong fences;
        private final Map<Integer, Hold> holders = new HashMap<>();

        Holds(SplittableRandom random, AtomicLong fences) {
            super(random);
            this.fences = fences;
        }

        @Override
        Done next(int client, boolean isHeardOf) {
            if (random.nextInt(4) == 0) {
                holders.remove(NOBODY);
            }
            var mine = holders.get(client);
            if (mine == null) {
                return acquire(isHeardOf ? client : NOBODY);
            }
            if (isHeardOf && random.nextBoolean()) {
                return new Done(new HoldCall.Renew(mine.fence), true);
            }
            holders.remove(client);
            boolean isLost = !isHeardOf && random.nextBoolean();
            return new Done(isLost ? new HoldCall.Lose(mine.fence) : new HoldCall.Release(mine.fence), true);
        }

        private Done acquire(int client) {
            boolean shared = random.nextInt(3) != 0;
            boolean isFree = holders.values().stream().allMatch(hold -> shared && hold.shared);
            @Nullable Long fence = isFree ? fences.incrementAndGet() : null;
            if (fence != null) {
                holders.put(client, new Hold(fence, shared));
            }
            return new Done(new HoldCall.Acquire(shared ? HoldCall.SHARED : HoldCall.ALONE), fence);
        }
    }
}
