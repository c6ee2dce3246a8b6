package io.dflockd.cli.load;

import io.dflockd.protocol.Reply;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What went wrong, by kind. A bounded number of kinds; of each the count and the first message. Thread-safe. */
final class Failures {
    static final String CONNECTION_LOST = "connection_lost";
    static final String NO_ANSWER = "no_answer";
    static final String NOT_DELIVERED = "not_delivered";
    static final String UNEXPECTED = "unexpected_answer";
    static final String INTERNAL = "internal";

    private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();

    private record Kind(String first, LongAdder count) {}

    void add(String kind, String message) {
        add(kind, message, 1);
    }

    void add(String kind, String message, long count) {
        kinds.computeIfAbsent(kind, firstOfItsKind -> new Kind(message, new LongAdder())).count().add(count);
        total.add(count);
    }

    /** Counts the answer under its word. */
    void refused(String what, Reply reply) {
        var kind = kindOf(reply);
        var answer = reply instanceof Reply.Unknown unknown ? unknown.line() : kind;
        add(kind, what + " was answered with '" + answer + "'");
    }

    /** The word of the answer; those that are no words of the protocol are one kind. */
    static String kindOf(Reply reply) {
        return reply instanceof Reply.Word word ? word.status().word() : UNEXPECTED;
    }

    long total() {
        return total.sum();
    }

    Map<String, Outcome.Failure> byKind() {
        var all = new TreeMap<String, Outcome.Failure>();
        kinds.forEach((name, kind) -> all.put(name, new Outcome.Failure(kind.count().sum(), kind.first())));
        return all;
    }
}
