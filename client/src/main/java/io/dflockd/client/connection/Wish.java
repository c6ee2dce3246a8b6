package io.dflockd.client.connection;

import io.dflockd.protocol.Request;

/** What a client can wish for when it greets a server, see {@link Connection#hello}. */
public enum Wish {
    /** To be told of holds that end otherwise than by their own release, see {@link Connection#losses}. */
    LOST(Request.Hello.LOST);

    private final String word;

    Wish(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
