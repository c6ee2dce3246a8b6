package io.dflockd.simulation;

import io.dflockd.testkit.history.Call;
import io.dflockd.testkit.history.CounterCall;
import io.dflockd.testkit.history.ListCall;
import io.dflockd.testkit.history.ListCall.End;
import io.dflockd.testkit.history.ValueCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants, at random: a few keys of each kind. Every few seconds counters, values and lists have other keys,
 * because what is of unknown outcome makes the search for an order long.
 */
final class Program {
    private static final long MS = VirtualTime.MS;
    private static final int KEYS = 2;
    private static final long MOST_DELTA = 1_000_000;
    private static final int[] MOST_OPEN = {2, 6, 30};
    /** A time to live may end so much earlier than the asker thinks, by the rates of clocks. */
    private static final long CLOCKS_PART = 2_000;

    private final SimulatedClient client;
    private final Scene scene;
    private final VirtualTime time;
    private final long pace;
    private final int mostOpen;
    private final long round;
    private final HoldProgram holds;
    private String lastSeen = "";

    Program(SimulatedClient client, long pace) {
        this.client = client;
        this.scene = client.scene;
        this.time = client.time;
        this.pace = pace;
        this.holds = new HoldProgram(client);
        this.round = (scene.settings.isLong() ? 60 : 4) * VirtualTime.SECOND;
        this.mostOpen = MOST_OPEN[time.random().nextInt(MOST_OPEN.length)];
    }

    void start() {
        time.after(MS, pace, this::step);
    }

    private void step() {
        if (scene.isEnding()) {
            return;
        }
        int wishes = time.chance(0.05) ? mostOpen : 1;
        for (int i = 0; i < wishes && client.open() < mostOpen; i++) {
            wish();
        }
        time.after(MS, pace, this::step);
    }

    private void wish() {
        var key = "k/" + time.now() / round + "/" + time.random().nextInt(KEYS);
        switch (time.random().nextInt(20)) {
            case 0, 1, 2 -> count(key);
            case 3, 4, 5 -> value(key);
            case 6, 7, 8, 9, 10 -> list(key);
            case 11 -> barrier();
            case 12 -> tell();
            case 13 -> rest();
            default -> holds.next();
        }
    }

    /** What nobody keeps a record of. */
    private void rest() {
        switch (time.random().nextInt(8)) {
            case 0, 1 -> {
                var tag = client.waitingTag();
                if (tag != null) {
                    client.ask(Wish.plain("cancel", "_", tag));
                }
            }
            case 2 -> client.ask(Wish.plain("nonsense", "key", "argument"));
            case 3 -> client.ask(Wish.plain("incr", "key with blanks", "1"));
            case 4 -> {
                if (client instanceof NamedClient named && time.chance(0.3)) {
                    named.beginAnother();
                }
            }
            case 5 -> client.ask(Wish.plain("holders", "lock", "5"));
            default -> client.ask(Wish.plain("ping", "_", ""));
        }
    }

    /** Gives back what it holds. */
    void releaseAll() {
        holds.releaseAll();
    }

    /** Reads everything, so that what was lost shows. */
    void readAll() {
        for (long each = 0; each <= time.now() / round; each++) {
            for (int i = 0; i < KEYS; i++) {
                var key = "k/" + each + "/" + i;
                ask("get", key, "", new CounterCall.Get(), Program::number);
                ask("kget", key, "", new ValueCall.Get(), Program::text);
                ask("lrange", key, "0 -1", new ListCall.Range(0, -1), Program::values);
            }
        }
    }

    private void ask(String verb, String key, String argument, Call<?> call,
            Function<String, @Nullable Object> answer) {
        var pending = scene.history.invoke(client.name, key, call, time.now());
        client.ask(new Wish(verb, key, argument, 0, pending, (wish, said) -> {
            if (said.startsWith("error")) {
                client.refused(wish, said);
            } else {
                pending.returned(answer.apply(said), time.now());
            }
        }));
    }

    private static Object number(String said) {
        return Long.parseLong(said.substring("ok ".length()));
    }

    private static @Nullable Object text(String said) {
        return said.equals("nil") ? null : said.substring("ok ".length());
    }

    private static Object values(String said) {
        var values = new ArrayList<String>();
        var inner = said.substring("ok [".length(), said.length() - 1);
        for (var quoted : inner.isEmpty() ? new String[0] : inner.split(",")) {
            values.add(quoted.substring(1, quoted.length() - 1));
        }
        return List.copyOf(values);
    }

    private static @Nullable Object nothing(String said) {
        Violation.require(said.equals("ok"), "should have been ok: " + said);
        return null;
    }

    private void count(String key) {
        long number = time.random().nextLong(1, MOST_DELTA);
        switch (time.random().nextInt(8)) {
            case 0 -> ask("cset", key, "" + number, new CounterCall.Set(number), Program::nothing);
            case 1, 2 -> ask("get", key, "", new CounterCall.Get(), Program::number);
            case 3 -> ask("decr", key, "" + number, new CounterCall.Add(-number), Program::number);
            default -> ask("incr", key, "" + number, new CounterCall.Add(number), Program::number);
        }
    }

    private void value(String key) {
        var value = scene.text();
        switch (time.random().nextInt(8)) {
            case 0 -> ask("kdel", key, "", new ValueCall.Delete(), Program::nothing);
            case 1 -> ask("kset", key, value, new ValueCall.Set(value), Program::nothing);
            case 2 -> {
                long seconds = 1 + time.random().nextLong(3);
                long from = time.now() + seconds * (VirtualTime.SECOND - VirtualTime.SECOND / CLOCKS_PART);
                ask("kset", key, value + "\t" + seconds, new ValueCall.Set(value), Program::nothing);
                scene.history.mayHappen(client.name, key, new ValueCall.Expire(value), from);
            }
            case 3, 4 -> {
                var expected = time.chance(0.3) ? "" : lastSeen;
                ask("kcas", key, expected + "\t" + value,
                        new ValueCall.CompareAndSet(expected.isEmpty() ? null : expected, value),
                        said -> said.equals("ok"));
            }
            default -> ask("kget", key, "", new ValueCall.Get(), said -> {
                var seen = text(said);
                lastSeen = seen == null ? "" : (String) seen;
                return seen;
            });
        }
    }

    private void list(String key) {
        var value = scene.text();
        switch (time.random().nextInt(12)) {
            case 0, 1 -> ask("lpush", key, value, new ListCall.Push(End.LEFT, value), Program::number);
            case 2, 3, 4 -> ask("rpush", key, value, new ListCall.Push(End.RIGHT, value), Program::number);
            case 5, 6 -> pop("lpop", key, End.LEFT, 0);
            case 7 -> pop("rpop", key, End.RIGHT, 0);
            case 8, 9 -> {
                boolean left = time.chance(0.5);
                pop(left ? "blpop" : "brpop", key, left ? End.LEFT : End.RIGHT, time.between(0, 1_500));
            }
            case 10 -> ask("llen", key, "", new ListCall.Length(), Program::number);
            default -> ask("lrange", key, "0 -1", new ListCall.Range(0, -1), Program::values);
        }
    }

    /** A value of which the server never knew that it came goes back. */
    private void pop(String verb, String key, End end, long waitMs) {
        long number = scene.nextPop();
        long now = time.now();
        boolean blocks = verb.startsWith("b");
        var pending = scene.history.invoke(client.name, key, new ListCall.Pop(end, number), now);
        client.ask(new Wish(verb, key, blocks ? waitMs + "ms" : "", waitMs, pending, new Wish.Ending() {
            @Override
            public void answered(Wish wish, String said) {
                if (said.startsWith("error")) {
                    client.refused(wish, said);
                } else {
                    client.popped(wish, (String) text(said));
                }
            }

            @Override
            public void unknown(Wish wish) {
                scene.history.mayHappen(client.name, key, new ListCall.PutBack(end, number), now);
            }
        }));
    }

    private void barrier() {
        int count = 2;
        long waitMs = time.between(200, 2_000);
        var visit = scene.barriers.begin("gate", count, time.now());
        client.ask(new Wish("bwait", "gate", count + " " + waitMs + "ms", waitMs, null,
                (wish, said) -> visit.left(said.equals("ok"), time.now())));
    }

    private void tell() {
        switch (time.random().nextInt(10)) {
            case 6 -> client.ask(Wish.plain("unlisten", "news", ""));
            case 7 -> client.ask(Wish.plain("unwatch", "k/>", ""));
            case 8 -> client.ask(Wish.plain("unobserve", "election", ""));
            case 0 -> client.ask(Wish.plain("listen", "news", ""));
            case 1 -> client.ask(Wish.plain("watch", "k/>", ""));
            case 2 -> client.ask(Wish.plain("observe", "election", ""));
            default -> client.ask(Wish.plain("signal", "news", scene.signals.send("news", client.name)));
        }
    }
}
