package io.dflockd.server;

import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.ProtocolError;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import java.util.ArrayDeque;

/**
 * Decides which requests of a connection may start now: untagged ones one after another, so that one that blocks holds
 * back those behind it, tagged ones at once. Runs on the connection's thread.
 */
final class Lane {
    private static final int MAX_WAITING = 1024;

    private final Connection connection;
    private final Service service;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>(1);

    Lane(Connection connection, Service service) {
        this.connection = connection;
        this.service = service;
    }

    /** Whether so many requests wait for their turn that the peer should not send more. */
    boolean isBacklogged() {
        return waiting.size() >= MAX_WAITING;
    }

    /** Takes a request that was read. */
    void submit(String tag, Request request) {
        if (!tag.isEmpty()) {
            start(tag, request);
        } else if (!waiting.isEmpty() || !canStart()) {
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
        return !waiting.isEmpty() && canStart();
    }

    private boolean canStart() {
        return !connection.isBlocked() && !connection.isCongested();
    }

    private void start(String tag, Request request) {
        if (service.driver().isDraining()) {
            connection.reply(tag, Replies.DRAINING);
            return;
        }
        if (isInMilliseconds(request)) {
            connection.reply(tag, Replies.ERROR);
            return;
        }
        var command = service.commands().of(request);
        if (command != null) {
            service.driver().apply(connection, tag, request, command);
        } else {
            answerHere(tag, request);
        }
    }

    private static boolean isInMilliseconds(Request request) {
        var form = switch (request) {
            case Request.Acquire r -> r.form();
            case Request.Enqueue r -> r.form();
            case Request.Wait r -> r.form();
            case Request.Renew r -> r.form();
            default -> DurationForm.SECONDS;
        };
        return form == DurationForm.MILLISECONDS;
    }

    private void answerHere(String tag, Request request) {
        switch (request) {
            case Request.Ping _ -> connection.reply(tag, Replies.OK);
            case Request.Hello _ -> connection.reply(tag, new Reply.Text(service.greeting()));
            case Request.Stats _ -> connection.reply(tag, new Reply.Text(service.stats()));
            case Request.Resume resume -> service.driver().resume(connection, tag, resume);
            case Request.Cancel cancel -> service.driver().cancel(connection, tag, cancel);
            case Request.Bye _ -> service.driver().bye(connection, tag);
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
}
