package io.dflockd.protocol;

import static io.dflockd.protocol.ProtocolError.BAD_ARGUMENT;
import static io.dflockd.protocol.ProtocolError.BAD_KEY;
import static io.dflockd.protocol.ProtocolError.BAD_LEASE;
import static io.dflockd.protocol.ProtocolError.BAD_LIMIT;
import static io.dflockd.protocol.ProtocolError.EMPTY_TOKEN;
import static io.dflockd.protocol.ProtocolError.NEGATIVE_TIMEOUT;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Turns a verb, a key and an argument line into a request. The order of the checks is part of the protocol, though all
 * failures look alike on the wire: key first, then the argument from left to right.
 */
final class RequestParser {
    /** The fields of an argument line that gives no lease: the server's default is meant. */
    private static final long DEFAULT_LEASE = 0;

    private final Argument argument = new Argument();

    Request parse(Verb verb, String key, byte[] line, int from, int to) {
        if (!verb.ignoresKey()) {
            checkKey(key);
        }
        argument.reset(line, from, to);
        return switch (verb) {
            case LOCK, READ_LOCK, WRITE_LOCK, ELECT -> acquire(verb, key);
            case SEM_LOCK -> acquireSemaphore(verb, key);
            case ENQUEUE, READ_ENQUEUE, WRITE_ENQUEUE ->
                new Request.Enqueue(verb, key, 1, argument.isBlank() ? DEFAULT_LEASE : wholeLease(), argument.form());
            case SEM_ENQUEUE -> enqueueSemaphore(verb, key);
            case WAIT, SEM_WAIT, READ_WAIT, WRITE_WAIT -> new Request.Wait(verb, key, wholeTimeout(), argument.form());
            case UNLOCK, SEM_UNLOCK, READ_UNLOCK, WRITE_UNLOCK, RESIGN -> new Request.Release(verb, key, token());
            case RENEW, SEM_RENEW, READ_RENEW, WRITE_RENEW ->
                new Request.Renew(verb, key, argument.fields(1, 2).field(), leaseIfGiven(), argument.form());
            case OBSERVE -> new Request.Observe(key);
            case UNOBSERVE -> new Request.Unobserve(key);
            case INCR, DECR -> new Request.Add(verb, key, counterValue());
            case GET -> new Request.GetCounter(key);
            case CSET -> new Request.SetCounter(key, counterValue());
            case KSET -> setValue(key);
            case KGET -> new Request.GetValue(key);
            case KDEL -> new Request.DeleteValue(key);
            case KCAS -> swapValue(key);
            case LPUSH, RPUSH -> new Request.Push(verb, key, argument.rawNotEmpty());
            case LPOP, RPOP -> new Request.Pop(verb, key);
            case LLEN -> new Request.ListLength(key);
            case LRANGE -> new Request.ListRange(key, argument.fields(2, 2).number(), argument.number());
            case BLPOP, BRPOP -> new Request.BlockingPop(verb, key, wholeTimeout());
            case LISTEN -> new Request.Listen(checkPattern(key), argument.trimmed());
            case UNLISTEN -> new Request.Unlisten(key, argument.trimmed());
            case SIGNAL -> signal(key);
            case WATCH -> new Request.Watch(checkPattern(key));
            case UNWATCH -> new Request.Unwatch(key);
            case BWAIT -> awaitBarrier(key);
            case AUTH -> new Request.Auth(argument.trimmed());
            case STATS -> new Request.Stats();
            case PING -> new Request.Ping();
            case CLUSTER -> cluster();
            case SESSION -> session(key);
            case BYE -> new Request.Bye();
            case CANCEL -> cancel();
            case HELLO -> hello(key);
            case ACK -> new Request.Acknowledge(argument.fields(1, 1).count());
            case KEEP -> new Request.Keep(key, argument.fields(2, 2).field(), lease(), argument.form());
            case DOWNGRADE ->
                new Request.Downgrade(key, argument.fields(1, 2).field(), leaseIfGiven(), argument.form());
            case HOLDERS -> new Request.Holders(key, holdersLimit());
            case REVOKE -> new Request.Revoke(key, argument.fields(1, 1).count());
        };
    }

    private Request acquire(Verb verb, String key) {
        argument.fields(1, 2);
        return new Request.Acquire(verb, key, timeout(), 1, leaseIfGiven(), argument.form());
    }

    private Request acquireSemaphore(Verb verb, String key) {
        argument.fields(2, 3);
        return new Request.Acquire(verb, key, timeout(), limit(), leaseIfGiven(), argument.form());
    }

    private Request enqueueSemaphore(Verb verb, String key) {
        argument.fields(1, 2);
        return new Request.Enqueue(verb, key, limit(), leaseIfGiven(), argument.form());
    }

    private Request awaitBarrier(String key) {
        argument.fields(2, 2);
        return new Request.AwaitBarrier(key, limit(), timeout());
    }

    private Request setValue(String key) {
        if (argument.countTabs() > 1) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
        boolean hasTtl = argument.countTabs() == 1;
        var value = notEmpty(argument.tabbed());
        return new Request.SetValue(key, value, hasTtl ? argument.strictDurationMs() : 0);
    }

    private Request swapValue(String key) {
        int tabs = argument.countTabs();
        if (tabs < 1 || tabs > 2) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
        var expected = argument.tabbed();
        var value = notEmpty(argument.tabbed());
        return new Request.SwapValue(key, expected, value, tabs == 2 ? argument.strictDurationMs() : 0);
    }

    private Request session(String id) {
        if (!SessionId.isValid(id)) {
            throw MalformedRequestException.of(BAD_KEY);
        }
        long graceSeconds = argument.fields(1, 2).number();
        if (graceSeconds < 1 || graceSeconds > Limits.MAX_GRACE_SECONDS) {
            throw MalformedRequestException.of(BAD_LIMIT);
        }
        return new Request.Resume(id, graceSeconds, argument.hasMore() ? argument.count() : 0);
    }

    private long holdersLimit() {
        if (argument.isBlank()) {
            return 0;
        }
        argument.fields(1, 1);
        return limit();
    }

    private Request hello(String wishes) {
        var clientName = argument.trimmed();
        if (clientName.length() > Limits.MAX_CLIENT_NAME_BYTES) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
        return new Request.Hello(wishesOf(wishes), clientName);
    }

    private static Set<String> wishesOf(String wishes) {
        var words = new HashSet<>(Arrays.asList(wishes.split(",", -1)));
        words.remove("");
        words.remove(Request.Hello.NO_WISHES);
        return words;
    }

    private Request cluster() {
        if (argument.isBlank()) {
            return new Request.Cluster();
        }
        argument.fields(1, 2);
        var act = Request.Cluster.Act.of(argument.field());
        var subject = argument.hasMore() ? argument.field() : "";
        if (act == null || (subject.isEmpty() ? act.needsSubject() : !act.mayHaveSubject())) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
        return new Request.Cluster(act, subject);
    }

    private Request cancel() {
        var tag = argument.trimmed();
        if (!Tag.isValid(tag)) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
        return new Request.Cancel(tag);
    }

    private Request signal(String key) {
        var payload = argument.rawNotEmpty();
        if (ChannelPattern.hasWildcard(key)) {
            throw MalformedRequestException.of(BAD_KEY);
        }
        return new Request.Signal(key, payload);
    }

    private String token() {
        var token = argument.trimmed();
        if (token.isEmpty()) {
            throw MalformedRequestException.of(EMPTY_TOKEN);
        }
        return token;
    }

    private long counterValue() {
        refuseBlank();
        return argument.wholeNumber();
    }

    private long wholeTimeout() {
        refuseBlank();
        return checkTimeout(argument.wholeDurationMs());
    }

    private long timeout() {
        return checkTimeout(argument.durationMs());
    }

    private long limit() {
        long limit = argument.number();
        if (limit <= 0) {
            throw MalformedRequestException.of(BAD_LIMIT);
        }
        return limit;
    }

    private long leaseIfGiven() {
        return argument.hasMore() ? lease() : DEFAULT_LEASE;
    }

    private long lease() {
        return checkLease(argument.durationMs());
    }

    private long wholeLease() {
        return checkLease(argument.wholeDurationMs());
    }

    private void refuseBlank() {
        if (argument.isBlank()) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
    }

    private static long checkTimeout(long ms) {
        if (ms < 0) {
            throw MalformedRequestException.of(NEGATIVE_TIMEOUT);
        }
        return ms;
    }

    private static long checkLease(long ms) {
        if (ms <= 0) {
            throw MalformedRequestException.of(BAD_LEASE);
        }
        return ms;
    }

    private static String notEmpty(String value) {
        if (value.isEmpty()) {
            throw MalformedRequestException.of(BAD_ARGUMENT);
        }
        return value;
    }

    private static String checkPattern(String pattern) {
        if (!ChannelPattern.isValid(pattern)) {
            throw MalformedRequestException.of(BAD_KEY);
        }
        return pattern;
    }

    private static void checkKey(String key) {
        if (key.isEmpty()) {
            throw MalformedRequestException.of(BAD_KEY);
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == ' ' || c == '\t') {
                throw MalformedRequestException.of(BAD_KEY);
            }
        }
    }
}
