package io.dflockd.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plays the steps of a scenario, and writes what comes of each. Does for its connections what a driver does: knows which
 * session each speaks for, and fetches what a resumed session is owed.
 */
public final class ScenarioPlayer {
    private static final long FIRST_NAMED = 100_000;

    private final Scenario scenario;
    private final boolean restored;
    private final Recorder recorder = new Recorder();
    private final Map<String, String> tokensByName = new LinkedHashMap<>();
    private final Map<String, Long> requestsByTag = new LinkedHashMap<>();
    private final Map<Long, String> tagsByRequest = new LinkedHashMap<>();
    private final List<String> connections = new ArrayList<>(List.of(""));
    private final List<String> named = new ArrayList<>();
    /** Whose commands they send, unless their own: also of those that were superseded and do not know it. */
    private final Map<Long, Long> sessionsByConnection = new LinkedHashMap<>();
    private final Map<Long, Long> speakersBySession = new LinkedHashMap<>();
    /** The values and grants that each connection was sent outside of any count, the latest last. */
    private final Map<Long, List<Outcome>> precious = new LinkedHashMap<>();
    private final ScenarioCommands commands = new ScenarioCommands(tokensByName, this::requestOfTag);
    private final ScenarioEffects effects = new ScenarioEffects(tokensByName, this::nameOf);
    private Engine engine;

    /** {@code restored} to go on with the copy from a snapshot before each step. */
    public ScenarioPlayer(Scenario scenario, boolean restored) {
        this.scenario = scenario;
        this.restored = restored;
        engine = new Engine(scenario.limits(), 0, scenario.slice());
    }

    /** Returns all that comes of it, as a scenario would say it. */
    public List<String> play(Scenario.Step step) throws IOException {
        if (restored) {
            engine = Snapshots.read(Snapshots.bytesOf(engine), scenario.slice());
        }
        if (!connections.contains(step.connection())) {
            connections.add(step.connection());
        }
        long connection = connections.indexOf(step.connection());
        var action = action(step, connection, new ArrayList<>(step.words()));
        if (action.command() instanceof Command.Detach) {
            speakersBySession.values().remove(connection);
        }
        if (action.command() instanceof Command.OpenTerm) {
            speakersBySession.clear();
        }
        var written = new ArrayList<String>();
        var applied = recorder.apply(engine, new Entry(step.timeMs(), action));
        for (var effect : applied) {
            written.add(write(effect, connection));
        }
        for (var effect : applied) {
            if (effect instanceof Recorder.Attached attached && attached.session() != attached.connection()) {
                recorder.owedAnswers(engine, attached.session(), action.received())
                        .forEach(answer -> written.add(write(answer, connection)));
            }
        }
        return written;
    }

    private Action action(Scenario.Step step, long connection, List<String> words) {
        long session = sessionsByConnection.getOrDefault(connection, connection);
        long salt = 1_000L + step.line();
        if (words.getFirst().equals("session")) {
            named.add(words.get(1));
            var attach = new Command.Attach(
                    FIRST_NAMED + named.size() - 1, words.get(1), Long.parseLong(words.get(2)) * 1_000);
            long received = words.size() > 3 ? number(words, 3) : 0;
            return new Action(salt, connection, session, uncounted(step, session == connection), received, attach);
        }
        if (words.getFirst().equals("ends")) {
            return new Action(salt, connection, session, 0, 0, detach(connection, words));
        }
        if (words.getFirst().equals("ack")) {
            return new Action(salt, connection, session, 0, number(words, 1), commands.parse(List.of("ack")));
        }
        var command = commands.parse(words);
        if (step.tag().isEmpty()) {
            return new Action(salt, connection, session, session == connection ? step.line() : -step.line(), 0,
                    command);
        }
        if (session == connection) {
            requestsByTag.put(step.tag(), (long) step.line());
            tagsByRequest.put((long) step.line(), step.tag());
            return new Action(salt, connection, session, step.line(), 0, command);
        }
        var tag = step.tag().split("\\+", 2);
        return new Action(
                salt,
                connection,
                session,
                Long.parseLong(tag[0]),
                tag.length > 1 ? Long.parseLong(tag[1]) : 0,
                command);
    }

    private static long uncounted(Scenario.Step step, boolean ownSession) {
        return ownSession ? step.line() : -step.line();
    }

    private static long number(List<String> words, int place) {
        return Long.parseLong(words.get(place));
    }

    /** {@code ends unread 2 missed 5}: the socket did not take the latest two, nor five events. */
    private Command detach(long connection, List<String> words) {
        int unread = words.indexOf("unread");
        int missed = words.indexOf("missed");
        var sent = precious.getOrDefault(connection, List.of());
        int count = unread < 0 ? 0 : Integer.parseInt(words.get(unread + 1));
        var latest = new ArrayList<Outcome>();
        for (int i = 0; i < count; i++) {
            latest.add(sent.get(sent.size() - 1 - i));
        }
        return new Command.Detach(latest, missed < 0 ? 0 : number(words, missed + 1));
    }

    private long requestOfTag(String tag) {
        var request = requestsByTag.get(tag);
        return request == null ? Long.parseLong(tag) : request;
    }

    private String write(Record effect, long asker) {
        return switch (effect) {
            case Recorder.Answer answer -> {
                if (answer.outcome() instanceof Outcome.Precious && isUncounted(answer)) {
                    precious.computeIfAbsent(receiverOf(answer.session()), unused -> new ArrayList<>())
                            .add(answer.outcome());
                }
                yield prefix(answer.session(), asker) + tag(answer) + effects.write(answer.outcome());
            }
            case Recorder.Push push -> prefix(push.session(), asker) + effects.write(push.notice());
            case Recorder.Close close -> prefix(close.connection(), asker) + "closed: " + close.reason();
            case Recorder.Attached attached -> {
                speakersBySession.values().remove(attached.connection());
                speakersBySession.put(attached.session(), attached.connection());
                sessionsByConnection.put(attached.connection(), attached.session());
                yield prefix(attached.connection(), asker) + "speaks for " + sessionName(attached.session());
            }
            default -> throw new IllegalArgumentException("not an effect: " + effect);
        };
    }

    private static boolean isUncounted(Recorder.Answer answer) {
        return answer.session() < FIRST_NAMED || answer.request() < 0;
    }

    private String tag(Recorder.Answer answer) {
        if (answer.session() >= FIRST_NAMED) {
            return answer.request() > 0 ? "@" + answer.request() + ' ' : "";
        }
        @Nullable String tag = tagsByRequest.get(answer.request());
        return tag == null ? "" : '@' + tag + ' ';
    }

    private String prefix(long session, long asker) {
        return receiverOf(session) == asker ? "" : nameOf(session) + ": ";
    }

    /** The connection that speaks for the session; the session itself where none does. */
    private long receiverOf(long session) {
        return speakersBySession.getOrDefault(session, session);
    }

    private String nameOf(long session) {
        return sessionName(receiverOf(session));
    }

    private String sessionName(long session) {
        return session >= FIRST_NAMED ? named.get((int) (session - FIRST_NAMED)) : connections.get((int) session);
    }
}
