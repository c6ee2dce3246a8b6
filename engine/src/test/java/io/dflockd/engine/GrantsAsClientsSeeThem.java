package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The same as {@link HoldersFit} from outside: counts only what clients have been told, and trusts no hold of the engine. */
final class GrantsAsClientsSeeThem implements Invariant {
    private record Request(long session, long number) {}

    private record Wish(Mode mode, long limit) {}

    private record Grant(long session, String key, Wish wish, long untilMs) {}

    private final boolean releasesOnEnd;
    private final Map<Request, Command> asked = new LinkedHashMap<>();
    private final Map<String, Wish> enqueued = new LinkedHashMap<>();
    private final Map<String, Grant> grantsByToken = new LinkedHashMap<>();
    /** The tokens that named sessions have not acknowledged. */
    private final Map<Long, Set<String>> owed = new LinkedHashMap<>();
    private long nowMs;

    GrantsAsClientsSeeThem(boolean releasesOnEnd) {
        this.releasesOnEnd = releasesOnEnd;
    }

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        nowMs = Math.max(nowMs, entry.timeMs());
        grantsByToken.values().removeIf(grant -> grant.untilMs <= nowMs);
        if (applied.taken()) {
            asked.put(new Request(entry.session(), entry.request()), entry.command());
        }
        if (entry.command() instanceof Command.Detach detach) {
            detach.undelivered().forEach(this::forget);
        }
        var sessions = new LinkedHashSet<Long>();
        grantsByToken.values().forEach(grant -> sessions.add(grant.session));
        applied.answers().forEach(answer -> sessions.add(answer.session()));
        sessions.removeIf(session -> session == 0 || !hasEnded(session, applied));
        sessions.forEach(this::end);
        for (var answer : applied.answers()) {
            // What the session got just before its end is gone with it, and may have gone to another since.
            if (!sessions.contains(answer.session())) {
                note(answer);
            }
        }
        noteOwed(applied.engine());
    }

    private void forget(Outcome undelivered) {
        switch (undelivered) {
            case Outcome.Granted granted -> grantsByToken.remove(granted.token());
            case Outcome.GrantedAtOnce granted -> grantsByToken.remove(granted.token());
            default -> {}
        }
    }

    private static boolean hasEnded(long session, Applied applied) {
        if (!Speakers.isNamed(session)) {
            return applied.isEndOf(session);
        }
        return applied.engine().sessions.find(session) == null
                && applied.engine().sessions.leaving()
                        .stream()
                        .noneMatch(one -> one.id == session && one.phase == Session.Phase.SET_ASIDE);
    }

    private void end(long session) {
        asked.keySet().removeIf(request -> request.session == session);
        var unknown = owed.getOrDefault(session, Set.of());
        grantsByToken.entrySet()
                .removeIf(entry -> entry.getValue().session == session
                        && (releasesOnEnd || unknown.contains(entry.getKey())));
        owed.remove(session);
    }

    private void noteOwed(Engine engine) {
        for (var session : engine.sessions.all()) {
            if (session.resumption != null) {
                var tokens = new LinkedHashSet<String>();
                var answers = session.resumption.owed;
                for (long i = answers.received(); i < answers.decided(); i++) {
                    if (answers.content(i) instanceof Outcome.Granted granted) {
                        tokens.add(granted.token());
                    } else if (answers.content(i) instanceof Outcome.GrantedAtOnce granted) {
                        tokens.add(granted.token());
                    }
                }
                owed.put(session.id, tokens);
            }
        }
    }

    private void note(Recorder.Answer answer) {
        var command = asked.remove(new Request(answer.session(), answer.request()));
        switch (answer.outcome()) {
            case Outcome.Granted granted -> grant(answer.session(), command, granted.token(), granted.leaseMs());
            case Outcome.GrantedAtOnce granted -> {
                enqueued(answer.session(), command);
                grant(answer.session(), command, granted.token(), granted.leaseMs());
            }
            case Outcome.Queued ignored -> enqueued(answer.session(), command);
            case Outcome.Renewed renewed -> {
                if (command instanceof Command.Renew renew) {
                    change(renew.token(), renewed.leaseMs(), false, false);
                } else if (command instanceof Command.Keep keep) {
                    change(keep.token(), renewed.leaseMs(), true, false);
                }
            }
            case Outcome.Downgraded downgraded -> change(downgraded.token(), downgraded.leaseMs(), false, true);
            case Outcome.Done ignored when command instanceof Command.Release release ->
                grantsByToken.remove(release.token());
            case Outcome.Done ignored when command instanceof Command.Revoke revoke ->
                grantsByToken.keySet().removeIf(token -> fenceOf(token) == revoke.fence());
            default -> {}
        }
    }

    private static long fenceOf(String token) {
        var parsed = Token.parse(token);
        return parsed == null ? 0 : parsed.fence();
    }

    private void change(String token, long leaseMs, boolean isKept, boolean isRead) {
        grantsByToken.computeIfPresent(
                token,
                (unused, grant) -> new Grant(
                        isKept ? 0 : grant.session,
                        grant.key,
                        isRead ? new Wish(Mode.READ, 0) : grant.wish,
                        nowMs + leaseMs));
    }

    private void enqueued(long session, Command command) {
        if (command instanceof Command.Enqueue enqueue) {
            enqueued.put(session + "/" + enqueue.key(), new Wish(enqueue.mode(), enqueue.limit()));
        }
    }

    private void grant(long session, Command command, String token, long leaseMs) {
        switch (command) {
            case Command.Acquire acquire ->
                grant(session, acquire.key(), new Wish(acquire.mode(), acquire.limit()), token, leaseMs);
            case Command.Enqueue enqueue ->
                grant(session, enqueue.key(), new Wish(enqueue.mode(), enqueue.limit()), token, leaseMs);
            case Command.Await await ->
                grant(session, await.key(), enqueued.get(session + "/" + await.key()), token, leaseMs);
            default -> throw new AssertionError("a grant for " + command);
        }
    }

    private void grant(long session, String key, Wish wish, String token, long leaseMs) {
        // What an enqueue was granted at once may have been downgraded since.
        var known = grantsByToken.get(token);
        var present = known == null ? wish : known.wish;
        grantsByToken.put(token, new Grant(session, key, present, nowMs + leaseMs));
        var ofKey = grantsByToken.values()
                .stream()
                .filter(grant -> grant.key.equals(key))
                .toList();
        boolean fits = switch (present.mode) {
            case PERMIT, LEADERSHIP -> ofKey.size() <= present.limit;
            case WRITE -> ofKey.size() == 1;
            case READ -> ofKey.stream().allMatch(grant -> grant.wish.mode == Mode.READ);
        };
        Invariant.require(fits, key + " was granted to too many: " + ofKey);
    }
}
