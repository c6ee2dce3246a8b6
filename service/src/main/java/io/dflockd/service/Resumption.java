package io.dflockd.service;

import io.dflockd.engine.Outcome;
import io.dflockd.service.driver.Alarm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session with a name remembers, so that its client loses nothing when a connection breaks: the answers that may
 * not have arrived, and that there were events it missed.
 *
 * <p>Answers arrive in order, so those that did not are the latest ones, and no more than the client has requests in
 * flight. So the latest are kept: as many as the session ever had waiting, and {@value #BURST} more for requests that
 * were answered at once. Their bytes are bounded, too; what is beyond is forgotten, the oldest first.
 *
 * <p>Guarded by the lock of {@code EngineDriver}.
 */
public final class Resumption {
    private static final int BURST = 4096;
    private static final long MAX_BYTES = 8 << 20;
    private static final int BYTES_OF_AN_ANSWER = 160;

    private final String name;
    private long graceMs;
    private Alarm.@Nullable Planned end;

    /** By tag, the oldest first. */
    private final LinkedHashMap<String, Answer> answers = new LinkedHashMap<>();
    /** How often the session was resumed. An answer from before the latest time may not have arrived. */
    private int resumptions;
    private long answerBytes;
    private int mostInFlight;
    private long missedEvents;

    /** The tags from before the connection broke that still wait and were not sent again. */
    private final Set<String> carried = new HashSet<>();
    /** Those that were answered through the present connection before they were sent again. */
    private final Set<String> overtaken = new HashSet<>();
    /** Popped values that no socket took. */
    private final List<Outcome> undelivered = new ArrayList<>(0);

    private record Answer(int digest, Outcome outcome, int resumptions) {}

    public Resumption(String name, long graceMs) {
        this.name = name;
        this.graceMs = graceMs;
    }

    public String name() {
        return name;
    }

    public long graceMs() {
        return graceMs;
    }

    public void setGraceMs(long graceMs) {
        this.graceMs = graceMs;
    }

    /** The session ends at a time that was planned, unless it is resumed. */
    public void plan(Alarm.Planned end) {
        this.end = end;
    }

    /** What becomes of a request whose tag still waits; null where it was not sent before the connection broke. */
    ClientSession.@Nullable Admission waiting(String tag, boolean same) {
        return same && carried.remove(tag) ? ClientSession.Admission.WAITING : null;
    }

    /** What becomes of a request that does not wait; null where it is new. */
    ClientSession.@Nullable Admission decided(String tag, int digest) {
        var answer = answers.get(tag);
        if (answer == null || answer.digest != digest) {
            return null;
        }
        if (answer.resumptions == resumptions) {
            return overtaken.remove(tag) ? ClientSession.Admission.WAITING : null;
        }
        undelivered.removeIf(outcome -> isSame(outcome, answer.outcome));
        return new ClientSession.Admission.Decided(answer.outcome);
    }

    void sawInFlight(int count) {
        mostInFlight = Math.max(mostInFlight, count);
    }

    void remember(String tag, int digest, Outcome outcome, boolean away) {
        if (carried.remove(tag) && !away) {
            overtaken.add(tag);
        }
        var former = answers.remove(tag);
        if (former != null) {
            answerBytes -= bytesOf(former.outcome);
        }
        answers.put(tag, new Answer(digest, outcome, resumptions));
        answerBytes += bytesOf(outcome);
        if (away && outcome instanceof Outcome.Popped) {
            undelivered.add(outcome);
        }
        while (answers.size() > BURST + mostInFlight || (answerBytes > MAX_BYTES && answers.size() > 1)) {
            answerBytes -= bytesOf(answers.pollFirstEntry().getValue().outcome);
        }
    }

    void missed(int events) {
        missedEvents += events;
    }

    /** How many events could not be sent since this was last asked. */
    public long takeMissedEvents() {
        long missed = missedEvents;
        missedEvents = 0;
        return missed;
    }

    /** The connection ended before the socket took these. */
    void unsent(List<Precious> latestFirst) {
        for (var precious : latestFirst.reversed()) {
            if (precious instanceof Precious.Value value) {
                undelivered.add(value.popped());
            }
        }
    }

    void resumed(Collection<String> tagsInFlight) {
        if (end != null) {
            end.cancel();
            end = null;
        }
        resumptions++;
        carried.clear();
        overtaken.clear();
        carried.addAll(tagsInFlight);
    }

    /** The values that the client was to get and never got, the latest first. */
    public List<Outcome> undelivered() {
        return undelivered.reversed();
    }

    @SuppressWarnings("ReferenceEquality") // equal values are not the same value
    private static boolean isSame(Outcome one, Outcome other) {
        return one == other;
    }

    private static long bytesOf(Outcome outcome) {
        return BYTES_OF_AN_ANSWER + switch (outcome) {
            case Outcome.Value o -> o.value().length();
            case Outcome.Popped o -> o.value().length();
            case Outcome.Values o -> o.values().stream().mapToLong(String::length).sum();
            default -> 0;
        };
    }
}
