package io.dflockd.engine;

import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/** Writes effects in the words of the wire, with the names that the scenario has for tokens and sessions. */
final class ScenarioEffects {
    private final Map<String, String> tokensByName;
    private final LongFunction<String> sessionName;

    ScenarioEffects(Map<String, String> tokensByName, LongFunction<String> sessionName) {
        this.tokensByName = tokensByName;
        this.sessionName = sessionName;
    }

    /** The effect as it is written where an effect of this session needs no name before it. */
    String write(Record effect, long session) {
        return switch (effect) {
            case Recorder.Answer answer -> prefix(answer.session(), session) + write(answer.outcome());
            case Recorder.Push push -> prefix(push.session(), session) + write(push.notice());
            default -> throw new IllegalArgumentException("not an effect: " + effect);
        };
    }

    private String prefix(long of, long session) {
        return of == session ? "" : sessionName.apply(of) + ": ";
    }

    private String write(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> "ok " + grant(granted.token(), granted.leaseMs(), granted.fence());
            case Outcome.GrantedAtOnce granted ->
                "acquired " + grant(granted.token(), granted.leaseMs(), granted.fence());
            case Outcome.Queued saysNoMore -> "queued";
            case Outcome.Done saysNoMore -> "ok";
            case Outcome.Renewed renewed -> "ok " + renewed.leaseMs() / 1_000 + ' ' + renewed.fence();
            case Outcome.Count count -> "ok " + count.value();
            case Outcome.Value value -> "ok " + value.value();
            case Outcome.Popped popped -> "ok " + popped.value();
            case Outcome.Values values -> "ok " + values.values();
            case Outcome.Nothing saysNoMore -> "nil";
            case Outcome.Conflict saysNoMore -> "cas_conflict";
            case Outcome.TimedOut saysNoMore -> "timeout";
            case Outcome.Refused(var reason) ->
                reason == Refusal.INVALID ? "error" : "error_" + reason.name().toLowerCase(Locale.ROOT);
        };
    }

    /** A token is named when it is first seen: T and its fence, so that the scenario says which grant is meant. */
    private String grant(String token, long leaseMs, long fence) {
        var name = "T" + fence;
        var known = tokensByName.putIfAbsent(name, token);
        if (known != null && !known.equals(token)) {
            throw new AssertionError("fence " + fence + " has the tokens " + known + " and " + token);
        }
        return name + ' ' + leaseMs / 1_000 + ' ' + fence;
    }

    private static String write(Notice notice) {
        return switch (notice) {
            case Notice.Signal signal -> "sig " + signal.channel() + ' ' + signal.payload();
            case Notice.Change change -> "watch " + change.event().word() + ' ' + change.key();
            case Notice.Leadership change -> "leader " + change.event().word() + ' ' + change.key();
        };
    }
}
