package io.dflockd.http.route;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is sent back. The listener adds the headers that all answers have. Immutable. */
public final class Answer {
    public static final int OK = 200;

    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final int status;
    private final String type;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable Pieces pieces;
    private final @Nullable Feed feed;

    /**
     * An answer.
     *
     * @param type the media type of the body
     * @param headers what is told besides
     * @param body must not be changed any more
     */
    public Answer(int status, String type, Map<String, String> headers, byte[] body) {
        this(status, type, headers, body, null, null);
    }

    private Answer(
            int status, String type, Map<String, String> headers, byte[] body, @Nullable Pieces pieces,
            @Nullable Feed feed) {
        this.status = status;
        this.type = type;
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.pieces = pieces;
        this.feed = feed;
    }

    /** One that is too long to be there whole. Whoever sends it closes the pieces. */
    public static Answer of(String type, Pieces pieces) {
        return new Answer(OK, type, Map.of(), new byte[0], pieces, null);
    }

    /** An object, whole. */
    public static Answer json(byte[] body) {
        return new Answer(OK, JSON, Map.of(), body);
    }

    /** One that goes on. Whoever does not send it must close the feed. */
    public static Answer feed(String type, Feed feed) {
        return new Answer(OK, type, Map.of(), new byte[0], null, feed);
    }

    /** Text for people. */
    public static Answer text(int status, String text) {
        return new Answer(status, TEXT, Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** Must not be changed. */
    public byte[] body() {
        return body;
    }

    /** Of what the body is made while it is sent; null where it is {@link #body()}. */
    public @Nullable Pieces pieces() {
        return pieces;
    }

    /** What follows the body; null where nothing does. */
    public @Nullable Feed feed() {
        return feed;
    }

    public Answer withHeader(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, type, more, body, pieces, feed);
    }

    /** For a handler that need not wait. */
    public CompletionStage<Answer> now() {
        return CompletableFuture.completedFuture(this);
    }
}
