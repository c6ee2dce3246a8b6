package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** The same as {@link HoldersFit} from outside: counts only what clients have been told, and trusts no field of the engine. */
final class GrantsAsClientsSeeThem implements Invariant {
    private record Request(long session, long number) {}

    private record Wish(Mode mode, long limit) {}

    private record Grant(long session, String key, Wish wish, long untilMs) {}

    private final Map<Request, Command> asked = new LinkedHashMap<>();
    private final Map<String, Wish> enqueued = new LinkedHashMap<>();
    private final Map<String, Grant> grantsByToken = new LinkedHashMap<>();
    private long nowMs;

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        nowMs = Math.max(nowMs, entry.timeMs());
        grantsByToken.values().removeIf(grant -> grant.untilMs <= nowMs);
        asked.put(new Request(entry.session(), entry.request()), entry.command());
        boolean endsHolds = entry.command() instanceof Command.EndSession(boolean keepHolds) && !keepHolds;
        if (endsHolds) {
            grantsByToken.values().removeIf(grant -> grant.session == entry.session());
        }
        for (var answer : applied.answers()) {
            // What the session got just before its end is gone with it, and may have gone to another since.
            if (!endsHolds || answer.session() != entry.session()) {
                note(answer);
            }
        }
        if (entry.command() instanceof Command.EndSession) {
            asked.keySet().removeIf(request -> request.session == entry.session());
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
            case Outcome.Queued saysNoMore -> enqueued(answer.session(), command);
            case Outcome.Renewed renewed -> {
                if (command instanceof Command.Renew renew) {
                    grantsByToken.computeIfPresent(
                            renew.token(),
                            (sameToken, grant) -> new Grant(grant.session, grant.key, grant.wish,
                                    nowMs + renewed.leaseMs()));
                }
            }
            case Outcome.Done saysNoMore when command instanceof Command.Release release ->
                grantsByToken.remove(release.token());
            default -> {}
        }
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
        grantsByToken.put(token, new Grant(session, key, wish, nowMs + leaseMs));
        var ofKey = grantsByToken.values()
                .stream()
                .filter(grant -> grant.key.equals(key))
                .toList();
        boolean fits = switch (wish.mode) {
            case PERMIT, LEADERSHIP -> ofKey.size() <= wish.limit;
            case WRITE -> ofKey.size() == 1;
            case READ -> ofKey.stream().allMatch(grant -> grant.wish.mode == Mode.READ);
        };
        Invariant.require(fits, key + " was granted to too many: " + ofKey);
    }
}
