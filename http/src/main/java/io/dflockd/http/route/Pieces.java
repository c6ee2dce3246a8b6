package io.dflockd.http.route;

import java.util.concurrent.CompletionStage;

/** A long body, which is made piece by piece while it is sent. */
public interface Pieces extends AutoCloseable {
    /** How long all of them are together. */
    long bytes();

    /** The next one, later, by whatever thread. Not asked for again before it is there, nor after the last. */
    CompletionStage<byte[]> next();

    /** No more is wanted, whether all was sent or not. Does nothing where it was told before. */
    @Override
    void close();
}
