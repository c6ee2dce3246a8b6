package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every request that was taken is answered once or still waits in the engine; nothing is said to whom nobody speaks for,
 * but numbered answers, which are kept; a session that has ended is told nothing.
 */
final class AnswersComeOnce implements Invariant {
    private record Request(long session, long number) {}

    private final Set<Request> open = new LinkedHashSet<>();
    private final Set<Long> connections = new LinkedHashSet<>();
    private final Set<Long> ended = new LinkedHashSet<>();
    private final Speakers speakers = new Speakers();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        var engine = applied.engine();
        speakers.begin(entry);
        if (entry.command() instanceof Command.Detach && entry.session() == entry.connection()) {
            ended.add(entry.session());
        }
        connections.add(entry.connection());
        if (entry.command() instanceof Command.OpenTerm) {
            ended.addAll(connections);
            connections.clear();
            open.removeIf(request -> !Speakers.isNamed(request.session));
        }
        if (applied.taken() && isAnswered(entry.command())) {
            Invariant.require(open.add(new Request(entry.session(), entry.request())), "the test repeats a request");
        }
        for (var effect : applied.effects()) {
            switch (effect) {
                case Recorder.Answer answer -> check(answer);
                case Recorder.Push push -> Invariant.require(
                        speakers.hears(push.session()) && !ended.contains(push.session()), "nobody hears " + push);
                case Recorder.Attached attached -> speakers.note(attached);
                default -> {}
            }
        }
        speakers.end(engine);
        open.removeIf(request -> applied.isEndOf(request.session) || isVoid(request, engine));
        Invariant.require(open.equals(waitingIn(engine)),
                "unanswered " + open + ", but waiting " + waitingIn(engine));
        for (var session : engine.sessions.all()) {
            if (session.resumption != null) {
                var speaker = speakers.connectionOf(session.id);
                long connection = session.receives() ? session.resumption.connection : Resumption.AWAY;
                Invariant.require(connection == (speaker == null ? Resumption.AWAY : speaker),
                        "the driver believes that " + speaker + " speaks for " + session.id);
            }
        }
    }

    private void check(Recorder.Answer answer) {
        Invariant.require(open.remove(new Request(answer.session(), answer.request())), "nobody waits for " + answer);
        Invariant.require(!ended.contains(answer.session()), "a connection that has ended is told " + answer);
        boolean counted = Speakers.isNamed(answer.session()) && answer.request() > 0;
        Invariant.require(counted || speakers.hears(answer.session()), "nobody hears " + answer);
    }

    private static boolean isAnswered(Command command) {
        return switch (command) {
            case Command.Tick ignored -> false;
            case Command.Checkpoint ignored -> false;
            case Command.Drain ignored -> false;
            case Command.OpenTerm ignored -> false;
            case Command.SetLimits ignored -> false;
            case Command.SetRules ignored -> false;
            case Command.Detach ignored -> false;
            case Command.Acknowledge ignored -> false;
            case Command.Introduce ignored -> false;
            case Command.Belong ignored -> false;
            default -> true;
        };
    }

    /** Of a named session that has ended, or without a number where the connection has. */
    private boolean isVoid(Request request, Engine engine) {
        if (!Speakers.isNamed(request.session)) {
            return false;
        }
        var session = engine.sessions.find(request.session);
        return session == null || session.resumption == null
                || (request.number < 0 && waitingOf(session).stream().noneMatch(each -> each.number == request.number));
    }

    private static Set<Request> waitingIn(Engine engine) {
        var waiting = new LinkedHashSet<Request>();
        engine.sessions.all().forEach(session -> waiting.addAll(waitingOf(session)));
        return waiting;
    }

    private static Set<Request> waitingOf(Session session) {
        var waiting = new LinkedHashSet<Request>();
        Stream.of(session.waiters.all(), session.poppers.all(), session.participants.all())
                .flatMap(Collection::stream)
                .filter(each -> each.hasRequest() && each.isHeard())
                .forEach(each -> waiting.add(new Request(session.id, each.request)));
        return waiting;
    }
}
