package io.dflockd.engine;

import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Writes what is told to clients in the words of the wire, with the names that the scenario has for tokens and sessions. */
final class ScenarioEffects {
    private final Map<String, String> tokensByName;
    private final LongFunction<String> sessionName;

    ScenarioEffects(Map<String, String> tokensByName, LongFunction<String> sessionName) {
        this.tokensByName = tokensByName;
        this.sessionName = sessionName;
    }

    String write(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted o -> "ok " + grant(o.token(), o.leaseMs(), o.fence(), o.inMs());
            case Outcome.GrantedAtOnce o -> "acquired " + grant(o.token(), o.leaseMs(), o.fence(), o.inMs());
            case Outcome.Queued ignored -> "queued";
            case Outcome.Done ignored -> "ok";
            case Outcome.Renewed o -> "ok " + time(o.leaseMs(), o.inMs()) + ' ' + o.fence();
            case Outcome.Downgraded o -> "ok " + grant(o.token(), o.leaseMs(), o.fence(), o.inMs());
            case Outcome.SessionNew o -> "ok new " + time(o.graceMs(), false);
            case Outcome.SessionResumed o -> "ok resumed " + time(o.graceMs(), false) + ' ' + o.seen();
            case Outcome.Count o -> "ok " + o.value();
            case Outcome.Value o -> "ok " + o.value();
            case Outcome.Popped o -> "ok " + o.value();
            case Outcome.Values o -> "ok " + o.values();
            case Outcome.Holders o -> "ok " + holders(o.list());
            case Outcome.Nothing ignored -> "nil";
            case Outcome.Conflict ignored -> "cas_conflict";
            case Outcome.TimedOut ignored -> "timeout";
            case Outcome.Refused o ->
                o.reason() == Refusal.INVALID
                        ? "error"
                        : "error_" + o.reason().name().toLowerCase(Locale.ROOT);
        };
    }

    String write(Notice notice) {
        return switch (notice) {
            case Notice.Signal signal -> "sig " + signal.channel() + ' ' + signal.payload();
            case Notice.Change change -> "watch " + change.event().word() + ' ' + change.key();
            case Notice.Leadership change -> "leader " + change.event().word() + ' ' + change.key();
            case Notice.Lost lost ->
                "lost " + lost.key() + ' ' + lost.fence() + (lost.revoked() ? " revoked" : " expired");
            case Notice.Missed missed -> "missed events " + missed.events();
        };
    }

    /** A token is named when it is first seen: T and its fence, so that the scenario says which grant is meant. */
    private String grant(String token, long leaseMs, long fence, boolean inMs) {
        var name = "T" + fence;
        var known = tokensByName.putIfAbsent(name, token);
        if (known != null && !known.equals(token)) {
            throw new AssertionError("fence " + fence + " has the tokens " + known + " and " + token);
        }
        return name + ' ' + time(leaseMs, inMs) + ' ' + fence;
    }

    private static String time(long ms, boolean inMs) {
        return inMs ? ms + "ms" : String.valueOf(ms / 1_000);
    }

    private String holders(HolderList list) {
        var holders = list.holders()
                .stream()
                .map(one -> who(one.session(), one.clientName()) + ' ' + word(one.mode()) + ' '
                        + time(one.heldMs(), false) + ' ' + time(one.leaseLeftMs(), false) + ' ' + one.fence())
                .collect(Collectors.joining(", ", "[", "]"));
        var waiters = list.waiters()
                .stream()
                .map(one -> who(one.session(), one.clientName()) + ' ' + word(one.mode()) + ' '
                        + time(one.waitedMs(), false))
                .collect(Collectors.joining(", ", "[", "]"));
        var limit = list.readWrite() ? "rw" : String.valueOf(list.limit());
        return limit + " held " + list.holderCount() + ' ' + holders + " awaited " + list.waiterCount() + ' ' + waiters;
    }

    private String who(long session, String clientName) {
        if (!clientName.isEmpty()) {
            return clientName;
        }
        return session == 0 ? "nobody" : sessionName.apply(session);
    }

    private static String word(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
