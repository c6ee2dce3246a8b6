package io.dflockd.engine;

/** What the engine wants done outside, called in the order in which it decided. Must neither call the engine back nor throw. */
public interface Effects {
    /** Answers the request that the session gave with the entry of that number, now or long ago. */
    void answer(long session, long request, Outcome outcome);

    /** Tells the session something that it subscribed to. */
    void push(long session, Notice notice);
}
