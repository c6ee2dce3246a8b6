package io.dflockd.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Thinks up what sessions might ask next. A few sessions, keys and patterns, so that they meet often. */
final class RandomHistory {
    private static final int SESSIONS = 7;
    private static final int MAX_KNOWN_TOKENS = 12;
    private static final List<String> KEYS = List.of("a", "b", "a.b", "a.c", "b.*", "c");
    private static final List<String> PATTERNS = List.of("a", "a.b", "a.*", "a.>", "*", ">", "*.b", "b.*", "x.>");
    private static final List<String> GROUPS = List.of("", "", "g", "h");

    private static final List<Mode> ALL_MODES = List.of(Mode.values());

    private record Known(String key, String token) {}

    private final SplittableRandom random;
    private static final int MAX_ASKED = 20;

    private final List<Long> sessions = new ArrayList<>();
    /** The latest requests, of which some wait. */
    private final List<Entry> asked = new ArrayList<>();
    private final List<Known> tokens = new ArrayList<>();
    private final List<Outcome.Popped> popped = new ArrayList<>();
    private final Map<Long, String> keysByRequest = new LinkedHashMap<>();
    private long lastSession;
    private long lastRequest;
    private long timeMs;

    RandomHistory(long seed) {
        random = new SplittableRandom(seed);
        while (sessions.size() < SESSIONS) {
            sessions.add(++lastSession);
        }
    }

    /** Limits that matter in some histories and not in others. */
    EngineLimits limits() {
        return new EngineLimits(
                random.nextBoolean() ? 1_000 : 3,
                random.nextBoolean() ? 0 : 3,
                random.nextBoolean() ? 0 : 5,
                random.nextBoolean() ? 0 : 3,
                random.nextBoolean() ? 0 : 4,
                random.nextInt(3) > 0 ? 1 << 30 : 3_000,
                500,
                2_000);
    }

    Entry next(Engine engine) {
        passTime(engine);
        if (random.nextInt(60) == 0) {
            int which = random.nextInt(sessions.size());
            long session = sessions.get(which);
            sessions.set(which, ++lastSession);
            return entry(session, new Command.EndSession(random.nextInt(3) == 0));
        }
        if (random.nextInt(400) == 0) {
            return entry(0, new Command.Drain());
        }
        if (random.nextInt(20) == 0) {
            return entry(0, new Command.Tick());
        }
        if (!asked.isEmpty() && random.nextInt(40) == 0) {
            var one = pick(asked);
            var command = random.nextBoolean() ? new Command.Cancel(one.request()) : new Command.GiveUp(one.request());
            return entry(one.session(), command);
        }
        var entry = entry(pick(sessions), command());
        asked.addLast(entry);
        if (asked.size() > MAX_ASKED) {
            asked.removeFirst();
        }
        return entry;
    }

    /** What makes the engine forget everything, a step at a time; null when it should have. */
    Entry nextOfTheEnd(Engine engine) {
        for (var stored : engine.values.all()) {
            return entry(sessions.getFirst(), new Command.DeleteValue(stored.key));
        }
        for (var list : engine.lists.all()) {
            if (!list.values.isEmpty()) {
                return entry(sessions.getFirst(), new Command.Pop(list.key, End.LEFT));
            }
        }
        for (var counter : engine.counters.all()) {
            if (counter.value != 0) {
                return entry(sessions.getFirst(), new Command.SetCounter(counter.key, 0));
            }
        }
        if (!sessions.isEmpty()) {
            return entry(sessions.removeLast(), new Command.EndSession(random.nextBoolean()));
        }
        if (engine.nextDeadlineMs() == Long.MAX_VALUE) {
            return null;
        }
        timeMs = engine.nextDeadlineMs();
        return entry(0, new Command.Tick());
    }

    /** Learns what the sessions come to know. */
    void learn(List<Record> effects) {
        for (var effect : effects) {
            if (effect instanceof Recorder.Answer answer) {
                var key = keysByRequest.remove(answer.request());
                switch (answer.outcome()) {
                    case Outcome.Granted granted -> tokens.add(new Known(key, granted.token()));
                    case Outcome.GrantedAtOnce granted -> tokens.add(new Known(key, granted.token()));
                    case Outcome.Popped value -> popped.add(value);
                    default -> {}
                }
            }
        }
        if (tokens.size() > MAX_KNOWN_TOKENS) {
            tokens.remove(random.nextInt(tokens.size()));
        }
    }

    private void passTime(Engine engine) {
        int dice = random.nextInt(100);
        if (dice < 50) {
            return;
        }
        if (dice < 60 && engine.nextDeadlineMs() != Long.MAX_VALUE) {
            timeMs = Math.max(timeMs, engine.nextDeadlineMs());
        } else if (dice < 99) {
            timeMs += random.nextInt(10);
        } else if (random.nextInt(3) == 0) {
            timeMs += random.nextInt(-1_000, 6_000);
        }
    }

    private Entry entry(long session, Command command) {
        long request = ++lastRequest;
        switch (command) {
            case Command.Acquire acquire -> keysByRequest.put(request, acquire.key());
            case Command.Enqueue enqueue -> keysByRequest.put(request, enqueue.key());
            case Command.Await await -> keysByRequest.put(request, await.key());
            default -> {}
        }
        return new Entry(timeMs, request, session, request, command);
    }

    private Command command() {
        int dice = random.nextInt(100);
        if (dice < 55) {
            return lockCommand(dice);
        }
        if (dice < 80) {
            return storeCommand(dice);
        }
        return subscriptionCommand(dice);
    }

    private Command lockCommand(int dice) {
        var key = pick(KEYS);
        var mode = pick(random.nextInt(8) == 0 ? ALL_MODES : modesOf(key));
        long limit = mode != Mode.PERMIT || random.nextInt(8) == 0 ? 1 : permitsOf(key);
        if (dice < 15) {
            return new Command.Acquire(key, mode, limit, waitMs(), leaseMs());
        }
        if (dice < 27) {
            return new Command.Enqueue(key, mode, limit, leaseMs());
        }
        if (dice < 37) {
            return new Command.Await(key, waitMs());
        }
        if (tokens.isEmpty()) {
            return new Command.Release(key, "not a token", false);
        }
        var known = pick(tokens);
        return dice < 51
                ? new Command.Release(known.key, known.token, random.nextInt(3) == 0)
                : new Command.Renew(known.key, known.token, leaseMs());
    }

    /** Mostly a key is used for one kind of thing, or there would be mismatches and no queues. */
    private static List<Mode> modesOf(String key) {
        return switch (key) {
            case "a", "b" -> List.of(Mode.PERMIT);
            case "a.b", "b.*" -> List.of(Mode.READ, Mode.READ, Mode.WRITE);
            default -> List.of(Mode.LEADERSHIP, Mode.LEADERSHIP, Mode.PERMIT);
        };
    }

    private static long permitsOf(String key) {
        return key.equals("b") ? 2 : 1;
    }

    private Command storeCommand(int dice) {
        var key = pick(KEYS);
        var end = random.nextBoolean() ? End.LEFT : End.RIGHT;
        return switch (dice) {
            case 55 -> new Command.Increment(key, random.nextInt(3) - 1);
            case 56 -> new Command.Decrement(key, random.nextInt(3) - 1);
            case 57 -> new Command.SetCounter(key, random.nextInt(2) * Long.MAX_VALUE);
            case 58 -> new Command.GetCounter(key);
            case 59, 60 -> new Command.SetValue(key, "v" + random.nextInt(3), random.nextInt(2) * leaseMs());
            case 61 -> new Command.GetValue(key);
            case 62, 63 -> new Command.DeleteValue(key);
            case 64 ->
                new Command.SwapValue(key, random.nextBoolean() ? "" : "v1", "v1", random.nextInt(2) * leaseMs());
            case 65, 66, 67 -> new Command.Push(key, end, "item" + lastRequest);
            case 68, 69 -> new Command.Pop(key, end);
            case 70, 71, 72 -> new Command.BlockingPop(key, end, waitMs());
            case 73 -> new Command.ListLength(key);
            case 74 -> new Command.ListRange(key, random.nextInt(-3, 3), random.nextInt(-3, 3));
            case 75 -> putBackOr(new Command.GetValue(key));
            default -> new Command.AwaitBarrier(key, 1 + random.nextInt(3), waitMs());
        };
    }

    private Command putBackOr(Command other) {
        if (popped.isEmpty()) {
            return other;
        }
        var value = popped.getLast();
        popped.clear();
        return new Command.PutBack(value.key(), value.end(), value.value());
    }

    private Command subscriptionCommand(int dice) {
        var pattern = pick(PATTERNS);
        return switch (dice) {
            case 80, 81, 82 -> new Command.Listen(pattern, pick(GROUPS));
            case 83, 84 -> new Command.Unlisten(pattern, pick(GROUPS));
            case 85, 86, 87, 88, 89, 90 -> new Command.Signal(pick(List.of("a", "a.b", "a.c.d", "y")), "m");
            case 91, 92 -> new Command.Watch(pattern);
            case 93, 94 -> new Command.Unwatch(pattern);
            case 95, 96, 97 -> new Command.Observe(pick(KEYS));
            default -> new Command.Unobserve(pick(KEYS));
        };
    }

    private long waitMs() {
        return random.nextInt(3) == 0 ? 0 : 1L + random.nextInt(300);
    }

    private long leaseMs() {
        return 1L + random.nextInt(random.nextBoolean() ? 30 : 600);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
