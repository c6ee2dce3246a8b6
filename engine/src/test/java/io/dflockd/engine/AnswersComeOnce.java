package io.dflockd.engine;

import java.util.LinkedHashSet;
import java.util.Set;

/** Every request is answered once or still waits in the engine; a session that has ended is told nothing. */
final class AnswersComeOnce implements Invariant {
    private static final Set<Class<? extends Command>> NEVER_ANSWERED = Set.of(
            Command.Tick.class,
            Command.EndSession.class,
            Command.Drain.class,
            Command.PutBack.class,
            Command.Cancel.class,
            Command.GiveUp.class);

    private record Request(long session, long number) {}

    private final Set<Request> open = new LinkedHashSet<>();
    private final Set<Long> ended = new LinkedHashSet<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        boolean answered = !NEVER_ANSWERED.contains(entry.command().getClass());
        if (answered) {
            Invariant.require(open.add(new Request(entry.session(), entry.request())), "the test repeats a request");
        }
        for (var answer : applied.answers()) {
            Invariant.require(
                    open.remove(new Request(answer.session(), answer.request())), "nobody waits for " + answer);
        }
        for (var push : applied.pushes()) {
            Invariant.require(!ended.contains(push.session()), "a session that has ended is told " + push);
        }
        if (entry.command() instanceof Command.EndSession) {
            open.removeIf(request -> request.session == entry.session());
            ended.add(entry.session());
        }
        if (entry.command() instanceof Command.Cancel cancel) {
            open.remove(new Request(entry.session(), cancel.request()));
        }
        Invariant.require(open.equals(waitingIn(applied.engine())), "unanswered and not waiting, or the reverse");
    }

    private static Set<Request> waitingIn(Engine engine) {
        var waiting = new LinkedHashSet<Request>();
        for (var resource : engine.locks.resources.all()) {
            for (var waiter : resource.waiters()) {
                if (waiter.hasRequest()) {
                    waiting.add(new Request(waiter.session.id, waiter.request));
                }
            }
        }
        for (var list : engine.lists.all()) {
            list.poppers.forEach(popper -> waiting.add(new Request(popper.session.id, popper.request)));
        }
        for (var barrier : engine.barriers.all()) {
            barrier.participants
                    .values()
                    .forEach(participant -> waiting.add(new Request(participant.session.id, participant.request)));
        }
        return waiting;
    }
}
