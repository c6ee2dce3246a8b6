package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Signals and key events reach just those whose patterns match, by the plainest way of matching. */
final class CopiesMatchSubscriptions implements Invariant {
    private record Listener(String pattern, String group, long session) {}

    private final Set<Listener> listeners = new LinkedHashSet<>();
    private final Set<Listener> watchers = new LinkedHashSet<>();
    private final Speakers speakers = new Speakers();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        long session = entry.session();
        speakers.begin(entry);
        boolean done = applied.taken() && applied.answers()
                .stream()
                .anyMatch(answer -> answer.request() == entry.request()
                        && answer.session() == session
                        && answer.outcome() instanceof Outcome.Done);
        if (applied.taken()) {
            note(applied, session, done);
        }
        applied.attached().forEach(speakers::note);
        speakers.end(applied.engine());
        listeners.removeIf(listener -> hasEnded(listener, applied));
        watchers.removeIf(watcher -> hasEnded(watcher, applied));
    }

    private static boolean hasEnded(Listener listener, Applied applied) {
        return Speakers.isNamed(listener.session)
                ? applied.engine().sessions.find(listener.session) == null
                : applied.isEndOf(listener.session) || applied.entry().command() instanceof Command.OpenTerm;
    }

    private void note(Applied applied, long session, boolean done) {
        switch (applied.entry().command()) {
            case Command.Listen listen when done ->
                listeners.add(new Listener(listen.pattern(), listen.group(), session));
            case Command.Unlisten unlisten ->
                listeners.remove(new Listener(unlisten.pattern(), unlisten.group(), session));
            case Command.Watch watch when done -> watchers.add(new Listener(watch.pattern(), "", session));
            case Command.Unwatch unwatch -> watchers.remove(new Listener(unwatch.pattern(), "", session));
            case Command.Signal signal -> checkSignal(signal, applied);
            case Command.DeleteValue delete -> checkDelete(delete, applied);
            default -> {}
        }
    }

    private void checkSignal(Command.Signal signal, Applied applied) {
        var alone = new LinkedHashSet<Long>();
        Map<List<String>, Set<Long>> groups = new LinkedHashMap<>();
        for (var listener : listeners) {
            if (!matches(listener.pattern, signal.channel()) || !speakers.hears(listener.session)) {
                continue;
            }
            if (listener.group.isEmpty()) {
                alone.add(listener.session);
            } else {
                groups.computeIfAbsent(List.of(listener.pattern, listener.group), unused -> new LinkedHashSet<>())
                        .add(listener.session);
            }
        }
        var copies = applied.pushes()
                .stream()
                .filter(push -> push.notice() instanceof Notice.Signal)
                .collect(Collectors.groupingBy(Recorder.Push::session, Collectors.counting()));
        long total = copies.values().stream().mapToLong(Long::longValue).sum();
        Invariant.require(total == alone.size() + groups.size(), total + " copies of " + signal);
        for (var session : copies.keySet()) {
            long most = groups.values().stream().filter(members -> members.contains(session)).count();
            long least = alone.contains(session) ? 1 : 0;
            long got = copies.get(session);
            Invariant.require(got >= least && got <= least + most, session + " got " + got + " copies of " + signal);
        }
        Invariant.require(copies.keySet().containsAll(alone), "not all listeners were reached by " + signal);
    }

    private void checkDelete(Command.DeleteValue delete, Applied applied) {
        var expected = watchers.stream()
                .filter(watcher -> matches(watcher.pattern, delete.key()) && speakers.hears(watcher.session))
                .map(Listener::session)
                .sorted()
                .distinct()
                .toList();
        var actual = applied.pushes()
                .stream()
                .filter(push -> Objects.equals(push.notice(), new Notice.Change(KeyEvent.KDEL, delete.key())))
                .map(Recorder.Push::session)
                .sorted()
                .toList();
        Invariant.require(actual.equals(expected), delete + " was told to " + actual + ", not to " + expected);
    }

    /** Whether a pattern matches a name, by the definition. */
    static boolean matches(String pattern, String name) {
        return matches(List.of(pattern.split("\\.", -1)), List.of(name.split("\\.", -1)));
    }

    private static boolean matches(List<String> pattern, List<String> name) {
        if (pattern.isEmpty() || name.isEmpty()) {
            return pattern.isEmpty() && name.isEmpty();
        }
        if (pattern.getFirst().equals(">")) {
            return true;
        }
        boolean first = pattern.getFirst().equals("*") || pattern.getFirst().equals(name.getFirst());
        return first && matches(pattern.subList(1, pattern.size()), name.subList(1, name.size()));
    }
}
