package io.dflockd.junit;

/** A server that runs, wherever that is. Thread-safe. */
interface Server extends AutoCloseable {
    /** Its port for clients, on the loopback interface; stays the same. */
    int port();

    /** Its port for operators; another one after a restart. */
    int adminPort();

    void restart();

    @Override
    void close();
}
