package io.dflockd.server;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's standing with the engine: what it holds, waits for and listens to is its own, not its connection's. One
 * without a name ends with its connection. One with a name outlives it by the grace and waits for another connection
 * that names it.
 *
 * <p>Everything here is guarded by the lock of {@link EngineDriver}, but {@link #isBlocked} may be asked by any thread.
 */
final class Session {
    /** How many tagged requests may be unanswered at once. */
    static final int MAX_TAGS_IN_FLIGHT = 131_072;

    private static final long NONE = 0;

    private final long id;
    private @Nullable Connection connection;

    /** The request that is being applied right now. */
    private long running = NONE;
    private String runningTag = Tag.NONE;
    private int runningDigest;
    /** The untagged request that blocks. */
    private volatile long blocked = NONE;
    /** The tagged requests that block; absent while there are none. */
    private @Nullable TagsInFlight tags;
    private @Nullable Resumption resumption;

    /** The requests of a session that have a tag and no answer yet. */
    private static final class TagsInFlight {
        final Map<Long, InFlight> byRequest = new HashMap<>();
        final Map<String, InFlight> byTag = new HashMap<>();
    }

    /** A tagged request without an answer. The digest tells whether one that is sent again is the same. */
    private record InFlight(long request, String tag, int digest) {}

    Session(long id, Connection connection) {
        this.id = id;
        this.connection = connection;
    }

    long id() {
        return id;
    }

    /** Where its lines go now; null while it is away. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /** What makes it outlive its connection; null where it has no name. */
    @Nullable
    Resumption resumption() {
        return resumption;
    }

    /** Gives it a name. */
    void setResumption(Resumption resumption) {
        this.resumption = resumption;
    }

    boolean isBlocked() {
        return blocked != NONE;
    }

    /** Whether a request has not been answered yet. */
    boolean isBusy() {
        return blocked != NONE || tags != null;
    }

    /** What becomes of a tagged request that comes in. */
    sealed interface Admission {
        /** It is new: let it be applied. */
        record New() implements Admission {}

        /** It was sent again and waits already: do nothing, the answer will come. */
        record Waiting() implements Admission {}

        /** It was sent again and this is what had been decided. */
        record Decided(Outcome outcome) implements Admission {}

        /** Its tag is in flight, or too many are. */
        record Refused() implements Admission {}

        Admission NEW = new New();
        Admission WAITING = new Waiting();
        Admission REFUSED = new Refused();
    }

    Admission admit(String tag, Request request) {
        var inFlight = tags == null ? null : tags.byTag.get(tag);
        if (resumption != null) {
            var admission = inFlight == null
                    ? resumption.decided(tag, request.hashCode())
                    : resumption.waiting(tag, inFlight.digest == request.hashCode());
            if (admission != null) {
                return admission;
            }
        }
        boolean full = tags != null && tags.byTag.size() >= MAX_TAGS_IN_FLIGHT;
        return inFlight != null || full ? Admission.REFUSED : Admission.NEW;
    }

    void begin(long request, String tag, Request content) {
        running = request;
        runningTag = tag;
        runningDigest = resumption == null || tag.isEmpty() ? 0 : content.hashCode();
    }

    /** The request that began was applied; if it has no answer yet, it blocks. */
    void leaveOpen() {
        if (running == NONE) {
            return;
        }
        if (runningTag.isEmpty()) {
            blocked = running;
        } else {
            if (tags == null) {
                tags = new TagsInFlight();
            }
            var inFlight = new InFlight(running, runningTag, runningDigest);
            tags.byRequest.put(running, inFlight);
            tags.byTag.put(runningTag, inFlight);
            if (resumption != null) {
                resumption.sawInFlight(tags.byTag.size());
            }
        }
        running = NONE;
    }

    void answer(long request, Outcome outcome) {
        if (request == running) {
            running = NONE;
            deliver(runningTag, runningDigest, outcome);
        } else if (request == blocked) {
            blocked = NONE;
            deliver(Tag.NONE, 0, outcome);
        } else {
            var inFlight = remove(request);
            deliver(inFlight.tag, inFlight.digest, outcome);
        }
    }

    /** The request with this tag that waits; 0 where there is none. */
    long waiting(String tag) {
        var inFlight = tags == null ? null : tags.byTag.get(tag);
        return inFlight == null ? NONE : inFlight.request;
    }

    private InFlight remove(long request) {
        var inFlight = tags == null ? null : tags.byRequest.remove(request);
        if (tags == null || inFlight == null) {
            throw new IllegalStateException("session " + id + " has no request " + request);
        }
        tags.byTag.remove(inFlight.tag);
        if (tags.byTag.isEmpty()) {
            tags = null;
        }
        return inFlight;
    }

    private void deliver(String tag, int digest, Outcome outcome) {
        if (resumption != null && !tag.isEmpty()) {
            resumption.remember(tag, digest, outcome, connection == null);
        }
        send(tag, outcome);
    }

    /** Sends an outcome if there is a connection to send it through. */
    void send(String tag, Outcome outcome) {
        if (connection == null) {
            return;
        }
        Reply reply = Replies.of(outcome);
        if (outcome instanceof Outcome.Popped) {
            connection.replyPrecious(tag, reply, outcome);
        } else {
            connection.reply(tag, reply);
        }
    }

    void push(byte[] line, int length) {
        if (connection != null) {
            connection.push(line, length);
        } else if (resumption != null) {
            resumption.missed(1);
        }
    }

    /** The untagged request that blocks, which a broken connection cannot ask for again; 0 where there is none. */
    long takeBlocked() {
        long request = blocked;
        blocked = NONE;
        return request;
    }

    /** The connection is no longer its own. What the connection did not send is kept for another. */
    void leave(List<Outcome> unsent, int unsentPushes) {
        connection = null;
        if (resumption != null) {
            resumption.unsent(unsent);
            resumption.missed(unsentPushes);
        }
    }

    /** Another connection speaks for it from now on. */
    void join(Connection other) {
        connection = other;
        if (resumption != null) {
            resumption.resumed(tags == null ? List.of() : new ArrayList<>(tags.byTag.keySet()));
        }
    }
}
