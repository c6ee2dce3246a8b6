package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the encoder writes, the decoder reads. The records are found by asking the sealed interface and the values for
 * them by the names of their components, so a new request is tested from the day it exists.
 */
class RequestRoundTripTest {
    private static final Set<Class<?>> NEVER_SENT = Set.of(Request.Malformed.class);

    static Stream<Request> everyRequest() {
        return Arrays.stream(Request.class.getPermittedSubclasses())
                .filter(type -> !NEVER_SENT.contains(type))
                .flatMap(type -> samples(type).stream());
    }

    @ParameterizedTest
    @MethodSource("everyRequest")
    void decoderReadsWhatTheEncoderWrote(Request request) {
        var out = new OctetBuffer(0);
        RequestEncoder.encode(request, out);
        RequestEncoder.encode("tag-1", request, out);

        var decoded = Decoded.of(new String(out.toByteArray(), ISO_8859_1));

        assertThat(decoded.requests()).containsExactly(new Decoded.Tagged("", request),
                new Decoded.Tagged("tag-1", request));
        assertThat(decoded.insideRequest()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("everyRequest")
    void numberAndHowManyWereReceivedStandBeforeTheRequest(Request request) {
        var out = new OctetBuffer(0);
        RequestEncoder.encode(7, RequestNumber.NONE, request, out);
        RequestEncoder.encode(8, 5, request, out);

        var decoded = Decoded.of(new String(out.toByteArray(), ISO_8859_1));

        assertThat(decoded.requests()).containsExactly(new Decoded.Tagged("7", request),
                new Decoded.Tagged("8+5", request));
    }

    @Test
    void whatSecondsCannotSayIsWrittenInMilliseconds() {
        var out = new OctetBuffer(0);
        RequestEncoder.encode(new Request.Acquire(Verb.LOCK, "k", 5_000, 1, 250, DurationForm.SECONDS), out);
        RequestEncoder.encode(new Request.Acquire(Verb.LOCK, "k", 5_000, 1, 3_000, DurationForm.MILLISECONDS), out);

        assertThat(new String(out.toByteArray(), ISO_8859_1)).isEqualTo("l\nk\n5 250ms\nl\nk\n5000ms 3000ms\n");
    }

    @Test
    void everyVerbIsCoveredByARequest() {
        var covered = EnumSet.noneOf(Verb.class);
        everyRequest().forEach(request -> covered.add(request.verb()));

        assertThat(covered).containsExactlyInAnyOrder(Verb.values());
    }

    /** All records of the type that its components' sample values combine to and that the wire can carry. */
    private static List<Request> samples(Class<?> type) {
        var rows = new ArrayList<Object[]>();
        rows.add(new Object[0]);
        for (RecordComponent component : type.getRecordComponents()) {
            var longer = new ArrayList<Object[]>();
            for (var row : rows) {
                for (var value : valuesOf(type, component.getName())) {
                    var next = Arrays.copyOf(row, row.length + 1);
                    next[row.length] = value;
                    longer.add(next);
                }
            }
            rows.clear();
            rows.addAll(longer);
        }
        return rows.stream().map(row -> create(type, row)).filter(RequestRoundTripTest::isExpressible).toList();
    }

    /** Only the semaphore commands have a limit on the wire. */
    private static boolean isExpressible(Request request) {
        if (request instanceof Request.Acquire acquire) {
            return acquire.verb() == Verb.SEM_LOCK || acquire.limit() == 1;
        }
        if (request instanceof Request.Enqueue enqueue) {
            return (enqueue.verb() == Verb.SEM_ENQUEUE || enqueue.limit() == 1)
                    && isExpressible(enqueue.leaseMs(), enqueue.form());
        }
        if (request instanceof Request.Renew renew) {
            return isExpressible(renew.leaseMs(), renew.form());
        }
        if (request instanceof Request.Downgrade downgrade) {
            return isExpressible(downgrade.leaseMs(), downgrade.form());
        }
        if (request instanceof Request.Cluster cluster) {
            return cluster.subject().isEmpty() ? !cluster.act().needsSubject() : cluster.act().mayHaveSubject();
        }
        return !(request instanceof Request.Keep keep) || keep.leaseMs() > 0;
    }

    /** A lease that is left out has no form. */
    private static boolean isExpressible(long leaseMs, DurationForm form) {
        return leaseMs > 0 || form == DurationForm.SECONDS;
    }

    private static List<?> valuesOf(Class<?> type, String component) {
        return switch (component) {
            case "verb" -> verbsOf(type);
            case "key" -> List.of("k", "a.b\0\u00ff", "k".repeat(256));
            case "token" -> List.of("0123456789abcdef0123456789abcdef");
            case "value" -> type == Request.SetCounter.class
                    ? List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE)
                    : List.of("v", " blank at both ends ", "\0\u0080\u00ff", "x".repeat(10_000));
            case "expected" -> List.of("", "old");
            case "payload" -> List.of("p", " \t ", "{\"json\":true}");
            case "wishes" -> List.of(Set.of(), Set.of("lost"), Set.of("lost", "tomorrow"));
            case "form" -> List.of(DurationForm.values());
            case "received", "fence" -> List.of(0L, 17L, Limits.MAX_NUMBER);
            case "group", "clientName" -> List.of("", "g", "two words");
            case "timeoutMs", "leaseMs" -> List.of(0L, 5_000L, Limits.MAX_SECONDS * 1000);
            case "ttlMs" -> List.of(0L, 250L, 5_000L, Limits.MAX_SECONDS * 1000);
            case "limit", "count" -> List.of(1L, 7L, Long.MAX_VALUE);
            case "delta", "start", "stop" -> List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
            case "act" -> List.of(Request.Cluster.Act.values());
            case "subject" -> List.of("", "n2", "n4=[::1]:6388:6390", "max-locks=7");
            case "id" -> List.of("0123456789abcdef", "A-z_".repeat(16));
            case "tag" -> List.of("7", "t".repeat(Limits.MAX_TAG_LENGTH));
            case "graceSeconds" -> List.of(1L, Limits.MAX_GRACE_SECONDS);
            default -> throw new AssertionError("give sample values for " + type.getSimpleName() + "." + component);
        };
    }

    private static List<Verb> verbsOf(Class<?> type) {
        if (type == Request.Acquire.class) {
            return List.of(Verb.LOCK, Verb.SEM_LOCK, Verb.READ_LOCK, Verb.WRITE_LOCK, Verb.ELECT);
        }
        if (type == Request.Enqueue.class) {
            return List.of(Verb.ENQUEUE, Verb.SEM_ENQUEUE, Verb.READ_ENQUEUE, Verb.WRITE_ENQUEUE);
        }
        if (type == Request.Wait.class) {
            return List.of(Verb.WAIT, Verb.SEM_WAIT, Verb.READ_WAIT, Verb.WRITE_WAIT);
        }
        if (type == Request.Release.class) {
            return List.of(Verb.UNLOCK, Verb.SEM_UNLOCK, Verb.READ_UNLOCK, Verb.WRITE_UNLOCK, Verb.RESIGN);
        }
        if (type == Request.Renew.class) {
            return List.of(Verb.RENEW, Verb.SEM_RENEW, Verb.READ_RENEW, Verb.WRITE_RENEW);
        }
        if (type == Request.Add.class) {
            return List.of(Verb.INCR, Verb.DECR);
        }
        if (type == Request.Push.class) {
            return List.of(Verb.LPUSH, Verb.RPUSH);
        }
        if (type == Request.Pop.class) {
            return List.of(Verb.LPOP, Verb.RPOP);
        }
        if (type == Request.BlockingPop.class) {
            return List.of(Verb.BLPOP, Verb.BRPOP);
        }
        throw new AssertionError("which verbs does " + type.getSimpleName() + " serve?");
    }

    private static Request create(Class<?> type, Object[] values) {
        var types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return (Request) constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot create " + type.getSimpleName(), e);
        }
    }
}
