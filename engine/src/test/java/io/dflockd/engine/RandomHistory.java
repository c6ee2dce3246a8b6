package io.dflockd.engine;

import io.dflockd.engine.ModelClient.Link;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Thinks up what clients might do next: ask, break off, come back on another connection, ask again, count wrongly. A few
 * connections, names, keys and patterns, so that they meet often.
 */
public final class RandomHistory {
    /** Sessions with a name have numbers from here on, connections those below. */
    static final long FIRST_NAMED = 1L << 40;
    private static final int CONNECTIONS = 7;
    private static final int MAX_KNOWN_TOKENS = 12;
    private static final int MAX_ASKED = 20;
    private static final int MAX_UNREAD = 3;
    private static final int MAX_GHOSTS = 5;
    private static final long FENCE_LEAP = 40;
    private static final long FAR_TOO_HIGH = 1_000;
    private static final List<String> NAMES = List.of("one", "two", "three", "four");
    private static final List<Integer> ENTRIES_OF_A_TERM = List.of(25, 200, 1_000);
    private static final List<Integer> ENTRIES_OF_A_BELONGING = List.of(10, 50, Integer.MAX_VALUE);
    private static final List<Integer> SLICES = List.of(1, 3, Step.SLICE);
    private static final List<String> OWNERS = List.of("o", "o", "p", "");
    private static final List<String> KEYS = List.of("a", "b", "a.b", "a.c", "b.*", "c");
    private static final List<String> PATTERNS = List.of("a", "a.b", "a.*", "a.>", "*", ">", "*.b", "b.*", "x.>");
    private static final List<String> GROUPS = List.of("", "", "g", "h");
    private static final List<Mode> ALL_MODES = List.of(Mode.values());

    private record Known(String key, String token) {}

    private final SplittableRandom random;
    private final List<Link> links = new ArrayList<>();
    private final Map<String, ModelClient> clients = new LinkedHashMap<>();
    /** The latest requests, of which some wait. */
    private final List<Action> asked = new ArrayList<>();
    private final List<Known> tokens = new ArrayList<>();
    private final Map<List<Long>, String> keysByRequest = new LinkedHashMap<>();
    /** Connections of leaders that do not lead any more. What still comes from them counts for nothing. */
    private final List<Link> ghosts = new ArrayList<>();
    private final EngineLimits limits;
    private final int slice;
    private final int entriesOfATerm;
    private final boolean acknowledgesRarely;
    private final int belongsEvery;
    private long lastConnection;
    private long lastNamed = FIRST_NAMED - 1;
    private long lastRequest;
    private long lastItem;
    private long lastSalt;
    private long timeMs;
    private long term;

    public RandomHistory(long seed) {
        random = new SplittableRandom(seed);
        while (links.size() < CONNECTIONS) {
            links.add(new Link(++lastConnection));
        }
        NAMES.forEach(name -> clients.put(name, new ModelClient(name)));
        limits = randomLimits(random.nextInt(3) > 0);
        acknowledgesRarely = random.nextInt(3) == 0;
        slice = pick(SLICES);
        belongsEvery = pick(ENTRIES_OF_A_BELONGING);
        entriesOfATerm = pick(ENTRIES_OF_A_TERM);
    }

    /** Limits that matter in some histories and not in others. */
    private EngineLimits randomLimits(boolean releasesOnEnd) {
        var some = new Limits();
        some.maxLocks = random.nextBoolean() ? 1_000 : 3;
        some.maxWaiters = random.nextBoolean() ? 0 : 3;
        some.maxKeys = random.nextBoolean() ? 0 : 5;
        some.maxListLength = random.nextBoolean() ? 0 : 3;
        some.maxSubscriptions = random.nextBoolean() ? 0 : 4;
        some.maxBytes = random.nextInt(3) > 0 ? 1 << 30 : random.nextBoolean() ? 5_000 : 20_000;
        some.maxSessions = random.nextInt(4) > 0 ? 100 : 2;
        some.maxGraceMs = random.nextInt(3) > 0 ? 600_000 : 40;
        some.releasesOnEnd = releasesOnEnd;
        some.gcIntervalMs = 500;
        some.gcMaxIdleMs = 2_000;
        return some.toLimits();
    }

    public EngineLimits limits() {
        return limits;
    }

    /** How much the engine is to do in a step. */
    public int slice() {
        return slice;
    }

    public Entry next(Engine engine) {
        passTime(engine);
        for (var client : clients.values()) {
            if (client.inFlight() > 0 && random.nextInt(3) == 0) {
                client.read(1 + random.nextInt(client.inFlight()));
            }
        }
        if (random.nextInt(400) == 0) {
            return entry(Action.ofDriver(new Command.Drain()));
        }
        if (random.nextInt(20) == 0) {
            return entry(Action.ofDriver(new Command.Tick()));
        }
        if (random.nextInt(entriesOfATerm) == 0) {
            return entry(openTerm(engine));
        }
        if (random.nextInt(400) == 0) {
            return entry(Action.ofDriver(new Command.SetLimits(randomLimits(limits.releasesOnEnd()))));
        }
        if (!ghosts.isEmpty() && random.nextInt(50) == 0) {
            return entry(ofGhost(ghosts.remove(random.nextInt(ghosts.size()))));
        }
        var link = pickLink();
        if (random.nextInt(link.closed ? 2 : 40) == 0) {
            return entry(detach(link));
        }
        boolean mayAttach = link.client == null && !engine.isOwner(link.session);
        if (random.nextInt(mayAttach ? 4 : 100) == 0) {
            return entry(attach(link));
        }
        if (random.nextInt(150) == 0) {
            return entry(action(link, uncounted(link), new Command.Bye()));
        }
        if (random.nextInt(100) == 0) {
            var hello = new Command.Introduce(pick(List.of("", "x")), random.nextBoolean());
            return entry(action(link, uncounted(link), hello));
        }
        if (random.nextInt(belongsEvery) == 0) {
            return entry(action(link, 0, belonging()));
        }
        return entry(link.client == null ? ofUnnamed(link) : ofNamed(link, link.client, engine));
    }

    /** Another leader leads: all connections are gone, and the clients make new ones. */
    private Action openTerm(Engine engine) {
        clients.values().forEach(ModelClient::breakOff);
        ghosts.addAll(links);
        while (ghosts.size() > MAX_GHOSTS) {
            ghosts.remove(random.nextInt(ghosts.size()));
        }
        links.clear();
        while (links.size() < CONNECTIONS) {
            links.add(new Link(++lastConnection));
        }
        term += 1 + random.nextInt(2);
        long wallMicros = engine.lastFence() + random.nextLong(-FENCE_LEAP, FENCE_LEAP);
        return Action.ofDriver(new Command.OpenTerm(term, Math.max(0, wallMicros)));
    }

    private Action ofGhost(Link ghost) {
        if (ghost.session != ghost.number && random.nextBoolean()) {
            return action(ghost, 1 + random.nextInt(20), command());
        }
        return detachment(ghost);
    }

    /** Those that speak for a named session have more to say. */
    private Link pickLink() {
        var named = links.stream().filter(link -> link.client != null).toList();
        return named.isEmpty() || random.nextInt(3) == 0 ? pick(links) : pick(named);
    }

    /** What makes the engine forget everything, a step at a time; null when it should have. */
    public Entry nextOfTheEnd(Engine engine) {
        if (!links.isEmpty()) {
            return entry(detach(links.getLast(), null));
        }
        var connection = new Link(Integer.MAX_VALUE);
        if (engine.nextDeadlineMs() <= timeMs) {
            return entry(Action.ofDriver(new Command.Tick()));
        }
        for (var stored : engine.values.all()) {
            return entry(action(connection, ++lastRequest, new Command.DeleteValue(stored.key)));
        }
        for (var list : engine.lists.all()) {
            if (!list.isEmpty()) {
                return entry(action(connection, ++lastRequest, new Command.Pop(list.key, End.LEFT)));
            }
        }
        for (var counter : engine.counters.all()) {
            if (counter.value != 0) {
                return entry(action(connection, ++lastRequest, new Command.SetCounter(counter.key, 0)));
            }
        }
        if (engine.nextDeadlineMs() == Long.MAX_VALUE) {
            return null;
        }
        timeMs = engine.nextDeadlineMs();
        return entry(Action.ofDriver(new Command.Tick()));
    }

    /** Learns what the clients come to know. */
    public void learn(Entry entry, List<Record> effects, Engine engine) {
        var attached = effects.stream()
                .filter(Recorder.Attached.class::isInstance)
                .map(effect -> ((Recorder.Attached) effect).session())
                .toList();
        for (var effect : effects) {
            switch (effect) {
                // Who has just been attached fetches all that it is owed.
                case Recorder.Answer answer -> learn(answer, !attached.contains(answer.session()));
                case Recorder.Close close -> links.stream()
                        .filter(link -> link.number == close.connection())
                        .forEach(link -> link.closed = true);
                case Recorder.Attached one -> learn(one, entry, effects, engine);
                default -> {}
            }
        }
        if (tokens.size() > MAX_KNOWN_TOKENS) {
            tokens.remove(random.nextInt(tokens.size()));
        }
    }

    private void learn(Recorder.Answer answer, boolean isCarried) {
        var key = keysByRequest.remove(List.of(answer.session(), answer.request()));
        if (key != null && answer.outcome() instanceof Outcome.Granted granted) {
            tokens.add(new Known(key, granted.token()));
        } else if (key != null && answer.outcome() instanceof Outcome.GrantedAtOnce granted) {
            tokens.add(new Known(key, granted.token()));
        }
        if (Speakers.isNamed(answer.session()) && answer.request() > 0) {
            clients.values()
                    .stream()
                    .filter(client -> client.session == answer.session())
                    .forEach(client -> client.decide(answer, isCarried));
        } else if (answer.outcome() instanceof Outcome.Precious) {
            for (var link : links) {
                if (link.session == answer.session() && !link.closed) {
                    link.unread.add(answer.outcome());
                    if (link.unread.size() > MAX_UNREAD) {
                        link.unread.remove();
                    }
                }
            }
        }
    }

    private void learn(Recorder.Attached attached, Entry entry, List<Record> effects, Engine engine) {
        var link = links.stream()
                .filter(one -> one.number == attached.connection())
                .findFirst()
                .orElseThrow();
        if (link.client != null) {
            link.client.breakOff();
            link.client = null;
        }
        link.session = attached.session();
        if (!(entry.command() instanceof Command.Attach attach)) {
            return;
        }
        var client = clients.get(attach.name());
        if (client.link != null) {
            client.link.client = null;
        }
        link.client = client;
        for (var effect : effects) {
            if (effect instanceof Recorder.Answer answer && answer.session() == link.number) {
                if (answer.outcome() instanceof Outcome.SessionResumed resumed) {
                    var owed = new Recorder().owedAnswers(engine, client.session, entry.action().received());
                    client.resume(entry.action().received(), resumed.seen(), owed, link);
                } else if (answer.outcome() instanceof Outcome.SessionNew) {
                    client.beginNew(attached.session(), link);
                }
            }
        }
    }

    private Action detach(Link link) {
        return detach(link, new Link(++lastConnection));
    }

    private Action detach(Link link, Link successor) {
        links.remove(link);
        if (successor != null) {
            links.add(successor);
        }
        if (link.client != null) {
            link.client.breakOff();
        }
        return detachment(link);
    }

    private Action detachment(Link link) {
        var undelivered = new ArrayList<Outcome>();
        while (!link.unread.isEmpty() && random.nextBoolean()) {
            undelivered.add(link.unread.removeLast());
        }
        return action(link, 0, new Command.Detach(undelivered, random.nextInt(3)));
    }

    /** Mostly it says what it received; else what another client with the same name might believe. */
    private Action attach(Link link) {
        var client = clients.get(pick(NAMES));
        long received = random.nextInt(10) > 0
                ? client.received
                : Math.max(0, client.received + random.nextInt(-3, 3));
        var command = new Command.Attach(++lastNamed, client.name,
                1L + random.nextInt(random.nextBoolean() ? 300 : 5_000));
        // Its own numbers are those of the connection, also when it speaks for a session already.
        return new Action(0, link.number, link.session, uncounted(link), received, command);
    }

    private Action ofUnnamed(Link link) {
        if (!asked.isEmpty() && random.nextInt(40) == 0) {
            var one = pick(asked);
            if (one.session() == link.session) {
                return action(link, uncounted(link), new Command.Cancel(one.request()));
            }
        }
        return remember(action(link, uncounted(link), command()));
    }

    private Action ofNamed(Link link, ModelClient client, Engine engine) {
        int dice = random.nextInt(200);
        if (dice < (acknowledgesRarely ? 1 : 20)) {
            return acknowledge(link, client.received);
        }
        if (dice < 25) {
            return acknowledge(link, Math.max(0, client.received - 1 - random.nextInt(3)));
        }
        if (dice < 26) {
            return acknowledge(link, client.received + FAR_TOO_HIGH);
        }
        if (dice < 27) {
            return numbered(link, client, client.nextNumber() + 1 + random.nextInt(3), command());
        }
        if (dice < 35 && client.nextNumber() > 1) {
            return numbered(link, client, client.nextNumber() - 1 - random.nextLong(client.nextNumber() - 1),
                    command());
        }
        var session = engine.sessions.find(link.session);
        boolean waits = session != null && session.resumption != null && session.resumption.untagged != null;
        if (dice < 70 && !waits) {
            return remember(action(link, uncounted(link), command()));
        }
        var fresh = !asked.isEmpty() && random.nextInt(30) == 0
                ? new Command.Cancel(Math.max(1, pick(asked).request()))
                : random.nextInt(20) == 0 ? randomTrifle() : command();
        long number = client.nextNumber();
        return remember(numbered(link, client, number, client.next(fresh)));
    }

    private Command belonging() {
        return new Command.Belong(pick(OWNERS), random.nextInt(4), random.nextInt(4), random.nextInt(3) * 400L);
    }

    private Command randomTrifle() {
        return random.nextBoolean() ? new Command.Ping() : new Command.Refuse(Refusal.TOO_LARGE);
    }

    private Action acknowledge(Link link, long received) {
        return new Action(0, link.number, link.session, 0, received, new Command.Acknowledge());
    }

    private Action numbered(Link link, ModelClient client, long number, Command command) {
        long received = switch (random.nextInt(acknowledgesRarely ? 100 : 4)) {
            case 0 -> client.received;
            case 1 -> Math.max(0, client.received - random.nextInt(3));
            default -> 0;
        };
        return new Action(0, link.number, link.session, number, received, command);
    }

    private Action action(Link link, long request, Command command) {
        return new Action(0, link.number, link.session, request, 0, command);
    }

    /** A number for a request that the client gives none. */
    private long uncounted(Link link) {
        return link.session == link.number ? ++lastRequest : -++lastRequest;
    }

    private Action remember(Action action) {
        asked.addLast(action);
        if (asked.size() > MAX_ASKED) {
            asked.removeFirst();
        }
        return action;
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

    /** The salt of an entry is its number, so that the invariants can tell which came first. */
    private Entry entry(Action action) {
        var request = List.of(action.session(), action.request());
        switch (action.command()) {
            case Command.Acquire acquire -> keysByRequest.put(request, acquire.key());
            case Command.Enqueue enqueue -> keysByRequest.put(request, enqueue.key());
            case Command.Await await -> keysByRequest.put(request, await.key());
            default -> {}
        }
        return new Entry(
                timeMs,
                new Action(
                        ++lastSalt,
                        action.connection(),
                        action.session(),
                        action.request(),
                        action.received(),
                        action.command()));
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
            return new Command.Acquire(key, mode, limit, waitMs(), leaseMs(), random.nextBoolean());
        }
        if (dice < 27) {
            return new Command.Enqueue(key, mode, limit, leaseMs(), random.nextBoolean());
        }
        if (dice < 37) {
            return new Command.Await(key, waitMs(), random.nextBoolean());
        }
        if (tokens.isEmpty()) {
            return new Command.Release(key, "not a token", false);
        }
        var known = pick(tokens);
        if (dice < 46) {
            return new Command.Release(known.key, known.token, random.nextInt(3) == 0);
        }
        return switch (dice) {
            case 46 -> new Command.Keep(known.key, known.token, leaseMs(), random.nextBoolean());
            case 47, 48 -> new Command.Downgrade(known.key, known.token, leaseMs(), random.nextBoolean());
            case 49 -> new Command.Revoke(known.key, fenceOf(known.token));
            case 50 -> new Command.ListHolders(key, random.nextInt(3));
            default -> new Command.Renew(known.key, known.token, leaseMs(), random.nextBoolean());
        };
    }

    private static long fenceOf(String text) {
        var token = Token.parse(text);
        return token == null ? 0 : token.fence();
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
            case 65, 66, 67 -> new Command.Push(key, end, "item" + ++lastItem);
            case 68, 69 -> new Command.Pop(key, end);
            case 70, 71, 72 -> new Command.BlockingPop(key, end, waitMs());
            case 73 -> new Command.ListLength(key);
            case 74 -> new Command.ListRange(key, random.nextInt(-3, 3), random.nextInt(-3, 3));
            default -> new Command.AwaitBarrier(key, 1 + random.nextInt(3), waitMs());
        };
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
