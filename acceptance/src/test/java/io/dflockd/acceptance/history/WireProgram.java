package io.dflockd.acceptance.history;

import io.dflockd.testkit.WireClient;
import io.dflockd.testkit.history.Call;
import io.dflockd.testkit.history.CounterCall;
import io.dflockd.testkit.history.History;
import io.dflockd.testkit.history.HoldCall;
import io.dflockd.testkit.history.ListCall;
import io.dflockd.testkit.history.ListCall.End;
import io.dflockd.testkit.history.ValueCall;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A program in another language, that knows one address, sends what it has to say without tags, and dials again whenever its
 * connection ends. It uses what a {@link Program} uses, under the same keys.
 */
final class WireProgram implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(15);
    private static final int LEASE_SECONDS = 3;
    private static final int KEYS = 2;
    private static final String OK = "ok";

    private final String name;
    private final InetSocketAddress address;
    private final History history;
    private final SplittableRandom random;
    private @Nullable WireClient client;
    private int texts;
    private int cuts;

    WireProgram(String name, InetSocketAddress address, History history, SplittableRandom random) {
        this.name = name;
        this.address = address;
        this.history = history;
        this.random = random;
    }

    /** How often its connection ended. */
    int cuts() {
        return cuts;
    }

    /** Does one thing, with the keys of this round; holds only if told so. */
    void step(long round, boolean holds) {
        if (!isConnected()) {
            LockSupport.parkNanos(AGAIN_NANOS);
            return;
        }
        var key = "history/" + round + "/" + random.nextInt(KEYS);
        int number = random.nextInt(1, 1_000_000);
        var text = name + "-" + ++texts;
        switch (random.nextInt(holds ? 8 : 6)) {
            case 0 -> call(key, new CounterCall.Add(number), WireProgram::number, "incr", Integer.toString(number));
            case 1 -> call(key, new CounterCall.Get(), WireProgram::number, "get", "");
            case 2 -> call(key, new ValueCall.Set(text), line -> null, "kset", text);
            case 3 -> call(key, new ValueCall.Get(), WireProgram::text, "kget", "");
            case 4 -> call(key, new ListCall.Push(End.RIGHT, text), WireProgram::number, "rpush", text);
            case 5 -> call(key, new ListCall.Length(), WireProgram::number, "llen", "");
            default -> hold();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    private boolean isConnected() {
        try {
            if (client == null) {
                client = WireClient.connect(address);
            }
            return true;
        } catch (UncheckedIOException e) {
            return false; // its node is not there
        }
    }

    /** While its connection stands, nobody else has it; where that ends, the lease may end too. */
    private void hold() {
        long believedAt = System.nanoTime();
        var pending = history.invoke(name, "lock", new HoldCall.Acquire(HoldCall.ALONE), believedAt);
        @Nullable String answer = ask("l", "lock", "0 " + LEASE_SECONDS);
        if (answer == null) {
            pending.unknown();
            return;
        }
        var words = answer.split(" ", -1);
        if (!words[0].equals(OK)) {
            pending.returned(null, System.nanoTime());
            return;
        }
        long fence = Long.parseLong(words[3]);
        pending.returned(fence, System.nanoTime());
        believedAt = System.nanoTime();
        var releasing = history.invoke(name, "lock", new HoldCall.Release(fence), believedAt);
        if ("ok".equals(ask("r", "lock", words[1]))) {
            releasing.returned(true, System.nanoTime());
        } else {
            releasing.unknown();
            history.mayHappen(name, "lock", new HoldCall.Lose(fence), believedAt);
        }
    }

    private void call(
            String key, Call<?> call, Function<String, @Nullable Object> read, String command, String argument) {
        var pending = history.invoke(name, key, call, System.nanoTime());
        @Nullable String answer = ask(command, key, argument);
        if (answer == null) {
            pending.unknown();
        } else if (answer.startsWith("error")) {
            pending.refused(answer, System.nanoTime());
        } else {
            pending.returned(read.apply(answer), System.nanoTime());
        }
    }

    /** Null where nobody knows what became of it. */
    private @Nullable String ask(String... lines) {
        var asked = client;
        try {
            @Nullable String answer = asked == null ? null : asked.send(lines).line(LONGEST_ANSWER);
            if (answer != null && !answer.equals(WireClient.END)) {
                return answer;
            }
        } catch (UncheckedIOException e) {
            // as when it ends
        }
        close();
        cuts++;
        return null;
    }

    private static Object number(String answer) {
        return Long.parseLong(answer.substring(OK.length() + 1));
    }

    private static @Nullable String text(String answer) {
        return answer.equals("nil") ? null : answer.substring(OK.length() + 1);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
