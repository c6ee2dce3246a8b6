package io.dflockd.server;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.ProtocolError;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client's standing with the server, and the lane in which its requests take their turns: untagged ones one after
 * another, so that one that blocks holds back those behind it, tagged ones at once.
 *
 * <p>Requests come in on the connection's thread; answers come on any, with the engine's lock held.
 */
final class Session {
    /** How many tagged requests may be unanswered at once. */
    static final int MAX_TAGS_IN_FLIGHT = 131_072;

    private static final int MAX_WAITING = 1024;
    private static final long NONE = 0;

    private final long id;
    private final Connection connection;
    private final EngineDriver driver;
    private final Commands commands;

    /** Untagged requests behind the one that runs. On the connection's thread only. */
    private final ArrayDeque<Request> waiting = new ArrayDeque<>(0);
    private long lastRequest;

    /** The request that is being applied right now. With the lock held. */
    private long running = NONE;
    private String runningTag = Tag.NONE;
    /** The untagged request that blocks. Set with the lock held. */
    private volatile long blocked = NONE;
    /** The tagged requests that block. With the lock held. */
    private final Map<Long, String> tagByRequest = new HashMap<>(0);
    private final Map<String, Long> requestByTag = new HashMap<>(0);
    private volatile int tagsInFlight;

    Session(long id, Connection connection, EngineDriver driver, Commands commands) {
        this.id = id;
        this.connection = connection;
        this.driver = driver;
        this.commands = commands;
    }

    long id() {
        return id;
    }

    Connection connection() {
        return connection;
    }

    /** Whether a request has not been answered yet. */
    boolean isBusy() {
        return blocked != NONE || tagsInFlight > 0;
    }

    /** Whether so many requests wait for their turn that the peer should not send more. */
    boolean isBacklogged() {
        return waiting.size() >= MAX_WAITING;
    }

    /** Takes a request that was read. */
    void submit(String tag, Request request) {
        if (!tag.isEmpty()) {
            start(tag, request);
        } else if (blocked != NONE || !waiting.isEmpty() || connection.isCongested()) {
            waiting.add(request);
        } else {
            start(Tag.NONE, request);
        }
    }

    /** Starts the requests whose turn has come. */
    void proceed() {
        while (canProceed()) {
            start(Tag.NONE, waiting.remove());
        }
    }

    /** Whether a request could start that waits for its turn. */
    boolean canProceed() {
        return !waiting.isEmpty() && blocked == NONE && !connection.isCongested();
    }

    private void start(String tag, Request request) {
        if (driver.isDraining()) {
            connection.reply(tag, Replies.DRAINING);
            return;
        }
        var command = commands.of(request);
        if (command == null) {
            answerHere(tag, request);
        } else if (!tag.isEmpty() && !canStart(tag)) {
            connection.reply(tag, Replies.ERROR);
        } else {
            driver.apply(this, ++lastRequest, tag, command);
        }
    }

    private boolean canStart(String tag) {
        return tagsInFlight == 0 || (tagsInFlight < MAX_TAGS_IN_FLIGHT && !driver.isInFlight(this, tag));
    }

    private void answerHere(String tag, Request request) {
        switch (request) {
            case Request.Ping _ -> connection.reply(tag, Replies.OK);
            case Request.Hello _ -> connection.reply(tag, new Reply.Text(connection.greeting()));
            case Request.Stats _ -> connection.reply(tag, new Reply.Text(connection.stats()));
            case Request.Malformed malformed -> {
                connection.reply(tag, Replies.ERROR);
                connection.refused(malformed);
                if (malformed.error() == ProtocolError.LINE_TOO_LONG) {
                    connection.closeAfterWriting();
                }
            }
            default -> connection.reply(tag, Replies.ERROR);
        }
    }

    // What follows is called with the engine's lock held.

    void begin(long request, String tag) {
        running = request;
        runningTag = tag;
    }

    /** The request that began was applied; if it has no answer yet, it blocks. */
    void leaveOpen() {
        if (running == NONE) {
            return;
        }
        if (runningTag.isEmpty()) {
            blocked = running;
        } else {
            tagByRequest.put(running, runningTag);
            requestByTag.put(runningTag, running);
            tagsInFlight = tagByRequest.size();
        }
        running = NONE;
    }

    boolean isInFlight(String tag) {
        return requestByTag.containsKey(tag);
    }

    void answer(long request, Outcome outcome) {
        var tag = finish(request);
        var reply = Replies.of(outcome);
        if (outcome instanceof Outcome.Popped) {
            connection.replyPrecious(tag, reply, outcome);
        } else {
            connection.reply(tag, reply);
        }
    }

    /** What it was told to hand out and could not. */
    List<Outcome> unsent() {
        return connection.unsent();
    }

    /** The request needs no answer any more. Returns its tag. */
    private String finish(long request) {
        if (request == running) {
            running = NONE;
            return runningTag;
        }
        if (request == blocked) {
            blocked = NONE;
            return Tag.NONE;
        }
        var tag = tagByRequest.remove(request);
        if (tag == null) {
            throw new IllegalStateException("session " + id + " has no request " + request);
        }
        requestByTag.remove(tag);
        tagsInFlight = tagByRequest.size();
        return tag;
    }
}
