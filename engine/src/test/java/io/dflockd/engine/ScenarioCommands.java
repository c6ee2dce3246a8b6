package io.dflockd.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The commands of the scenarios: the words of the wire, with blanks where the wire has line ends. */
final class ScenarioCommands {
    private static final long DEFAULT_LEASE_MS = 33_000;

    private final Map<String, String> tokensByName;
    private final ToLongFunction<String> requestOfTag;

    /** Tokens go by the names that the scenario gave them; a name that it did not give stands for itself. */
    ScenarioCommands(Map<String, String> tokensByName, ToLongFunction<String> requestOfTag) {
        this.tokensByName = tokensByName;
        this.requestOfTag = requestOfTag;
    }

    Command parse(List<String> words) {
        var rest = new Words(words.subList(1, words.size()));
        var command = parse(words.getFirst(), rest);
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("too many words: " + words);
        }
        return command;
    }

    private Command parse(String verb, Words words) {
        return switch (verb) {
            case "tick" -> new Command.Tick();
            case "drain" -> new Command.Drain();
            case "limits" -> new Command.SetLimits(Scenario.limits(words.all()));
            case "term" -> new Command.OpenTerm(words.number(), words.number());
            case "rules" -> new Command.SetRules((int) words.number());
            case "bye" -> new Command.Bye();
            case "ack" -> new Command.Acknowledge();
            case "ping" -> new Command.Ping();
            case "hello" -> new Command.Introduce(words.next(), words.nextOr("").equals("lost"));
            case "refuse" -> new Command.Refuse(Refusal.valueOf(words.next().toUpperCase(Locale.ROOT)));
            case "cancel" -> new Command.Cancel(requestOfTag.applyAsLong(words.next()));
            case "l" -> acquire(words, Mode.PERMIT);
            case "rl" -> acquire(words, Mode.READ);
            case "wl" -> acquire(words, Mode.WRITE);
            case "elect" -> acquire(words, Mode.LEADERSHIP);
            case "sl" -> acquireOneOfMany(words);
            case "e" -> new Command.Enqueue(words.next(), Mode.PERMIT, 1, words.leaseMs(), words.inMs());
            case "re" -> new Command.Enqueue(words.next(), Mode.READ, 0, words.leaseMs(), words.inMs());
            case "we" -> new Command.Enqueue(words.next(), Mode.WRITE, 0, words.leaseMs(), words.inMs());
            case "se" -> new Command.Enqueue(words.next(), Mode.PERMIT, words.number(), words.leaseMs(), words.inMs());
            case "w", "sw", "rw", "ww" -> new Command.Await(words.next(), words.seconds(), words.inMs());
            case "r", "sr", "rr", "wr" -> new Command.Release(words.next(), words.token(), false);
            case "resign" -> new Command.Release(words.next(), words.token(), true);
            case "n", "sn", "rn", "wn" -> new Command.Renew(words.next(), words.token(), words.leaseMs(), words.inMs());
            case "keep" -> new Command.Keep(words.next(), words.token(), words.leaseMs(), words.inMs());
            case "downgrade" -> new Command.Downgrade(words.next(), words.token(), words.leaseMs(), words.inMs());
            case "revoke" -> new Command.Revoke(words.next(), words.number());
            case "holders" -> new Command.ListHolders(words.next(), (int) words.number());
            case "incr" -> new Command.Increment(words.next(), words.number());
            case "decr" -> new Command.Decrement(words.next(), words.number());
            case "get" -> new Command.GetCounter(words.next());
            case "cset" -> new Command.SetCounter(words.next(), words.number());
            case "kset" -> new Command.SetValue(words.next(), words.next(), words.secondsOr(0));
            case "kget" -> new Command.GetValue(words.next());
            case "kdel" -> new Command.DeleteValue(words.next());
            case "kcas" -> new Command.SwapValue(words.next(), words.next(), words.next(), words.secondsOr(0));
            case "lpush" -> new Command.Push(words.next(), End.LEFT, words.next());
            case "rpush" -> new Command.Push(words.next(), End.RIGHT, words.next());
            case "lpop" -> new Command.Pop(words.next(), End.LEFT);
            case "rpop" -> new Command.Pop(words.next(), End.RIGHT);
            case "blpop" -> new Command.BlockingPop(words.next(), End.LEFT, words.seconds());
            case "brpop" -> new Command.BlockingPop(words.next(), End.RIGHT, words.seconds());
            case "llen" -> new Command.ListLength(words.next());
            case "lrange" -> new Command.ListRange(words.next(), words.number(), words.number());
            case "listen" -> new Command.Listen(words.next(), words.nextOr(""));
            case "unlisten" -> new Command.Unlisten(words.next(), words.nextOr(""));
            case "signal" -> new Command.Signal(words.next(), words.next());
            case "watch" -> new Command.Watch(words.next());
            case "unwatch" -> new Command.Unwatch(words.next());
            case "bwait" -> new Command.AwaitBarrier(words.next(), words.number(), words.seconds());
            case "observe" -> new Command.Observe(words.next());
            case "unobserve" -> new Command.Unobserve(words.next());
            default -> throw new IllegalArgumentException("no such command: " + verb);
        };
    }

    private static Command acquire(Words words, Mode mode) {
        return new Command.Acquire(words.next(), mode, mode.isReadWrite() ? 0 : 1, words.seconds(), words.leaseMs(),
                words.inMs());
    }

    private static Command acquireOneOfMany(Words words) {
        var key = words.next();
        long waitMs = words.seconds();
        return new Command.Acquire(key, Mode.PERMIT, words.number(), waitMs, words.leaseMs(), words.inMs());
    }

    private final class Words {
        private final List<String> words;
        private boolean inMs;

        Words(List<String> words) {
            this.words = new ArrayList<>(words);
        }

        boolean isEmpty() {
            return words.isEmpty();
        }

        String next() {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a word is missing");
            }
            var word = words.removeFirst();
            return word.equals("''") ? "" : word;
        }

        String nextOr(String other) {
            return isEmpty() ? other : next();
        }

        List<String> all() {
            var all = List.copyOf(words);
            words.clear();
            return all;
        }

        long number() {
            return Long.parseLong(next());
        }

        /** A time in seconds, or in milliseconds where it says so. */
        long seconds() {
            var time = next();
            if (time.endsWith("ms")) {
                inMs = true;
                return Long.parseLong(time.substring(0, time.length() - 2));
            }
            return Duration.ofSeconds(Long.parseLong(time)).toMillis();
        }

        /** Whether any time so far was in milliseconds. */
        boolean inMs() {
            return inMs;
        }

        long secondsOr(long otherMs) {
            return isEmpty() ? otherMs : seconds();
        }

        long leaseMs() {
            return secondsOr(DEFAULT_LEASE_MS);
        }

        String token() {
            var name = next();
            return tokensByName.getOrDefault(name, name);
        }
    }
}
