package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A hold ends with its lease, with its token, by revocation, because its client did not receive it, or with its session:
 * that of a connection when the connection ended, and a named one when it is gone. It does not end because of a new term,
 * unless nobody can have heard of it, and its lease stays as it was. Nothing is granted to who is not told, now or later.
 */
final class LeasesEndInTheirTime implements Invariant {
    private record Seen(long deadlineMs, long session, boolean unknown) {}

    private Map<Long, Seen> holds = new LinkedHashMap<>();
    private final Set<Long> endedConnections = new LinkedHashSet<>();
    private final Set<Long> strandedConnections = new LinkedHashSet<>();
    private final Set<Long> returned = new LinkedHashSet<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        if (entry.command() instanceof Command.Detach detach) {
            detach.undelivered().forEach(this::returned);
        }
        if (applied.isEndOf(entry.session()) && !strandedConnections.contains(entry.session())) {
            endedConnections.add(entry.session());
        }
        if (entry.command() instanceof Command.OpenTerm) {
            holds.values()
                    .stream()
                    .map(Seen::session)
                    .filter(session -> !endedConnections.contains(session))
                    .forEach(strandedConnections::add);
        }
        var now = new LinkedHashMap<Long, Seen>();
        for (var resource : applied.engine().locks.resources.all()) {
            for (var hold : resource.holders()) {
                var session = hold.session;
                now.put(hold.fence,
                        new Seen(
                                hold.deadlineMs,
                                session == null ? 0 : session.id,
                                session != null && Reservations.isUnknown(session, hold)));
            }
        }
        holds.forEach((fence, seen) -> {
            var present = now.get(fence);
            if (present == null) {
                Invariant.require(mayEnd(fence, seen, applied), "hold " + fence + " ended early: " + seen);
            } else if (entry.command() instanceof Command.OpenTerm) {
                Invariant.require(present.deadlineMs == seen.deadlineMs, "the lease of " + fence + " changed");
            }
        });
        now.forEach((fence, seen) -> Invariant.require(
                holds.containsKey(fence) || seen.unknown || isTold(fence, applied), "nobody is told of hold " + fence));
        holds = now;
    }

    private static boolean isTold(long fence, Applied applied) {
        return applied.answers()
                .stream()
                .anyMatch(answer -> switch (answer.outcome()) {
                    case Outcome.Granted granted -> granted.fence() == fence;
                    case Outcome.GrantedAtOnce granted -> granted.fence() == fence;
                    default -> false;
                });
    }

    private void returned(Outcome undelivered) {
        switch (undelivered) {
            case Outcome.Granted granted -> returned.add(granted.fence());
            case Outcome.GrantedAtOnce granted -> returned.add(granted.fence());
            default -> {}
        }
    }

    private boolean mayEnd(long fence, Seen seen, Applied applied) {
        if (seen.deadlineMs <= applied.engine().nowMs() || returned.contains(fence) || isEndedBy(applied, fence)) {
            return true;
        }
        if (Speakers.isNamed(seen.session)) {
            var session = applied.engine().sessions.find(seen.session);
            return session == null;
        }
        return strandedConnections.contains(seen.session)
                ? seen.unknown
                : endedConnections.contains(seen.session);
    }

    private static boolean isEndedBy(Applied applied, long fence) {
        return applied.taken() && switch (applied.entry().command()) {
            case Command.Release release -> isOf(release.token(), fence);
            case Command.Revoke revoke -> revoke.fence() == fence;
            default -> false;
        };
    }

    private static boolean isOf(String text, long fence) {
        var token = Token.parse(text);
        return token != null && token.fence() == fence;
    }
}
