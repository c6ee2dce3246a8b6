package io.dflockd.service;

/**
 * One receiver as the service knows it: whom it speaks for and whether it may. What it says of itself may be asked by any
 * thread; it changes with the engine's lock held, but for {@link #isAuthenticated}, which belongs to the thread that hands
 * requests in.
 */
public final class Caller {
    private final Receiver receiver;
    private volatile ClientSession session;
    private boolean authenticated;

    /** A caller that speaks for a new session without a name. */
    public Caller(Receiver receiver, long session) {
        this.receiver = receiver;
        this.session = new ClientSession(session, this);
    }

    public Receiver receiver() {
        return receiver;
    }

    /** Whom it speaks for. */
    public ClientSession session() {
        return session;
    }

    /** Has it speak for another session. */
    public void setSession(ClientSession session) {
        this.session = session;
    }

    /** Whether its session still is its own. */
    public boolean speaks() {
        return session.caller() == this;
    }

    /** Whether an untagged request has no answer yet, so that the untagged ones behind it must wait. */
    public boolean isBlocked() {
        return session.isBlocked();
    }

    /** How many tagged requests have no answer yet. */
    public int tagsInFlight() {
        return session.tagsInFlight();
    }

    public boolean isAuthenticated() {
        return authenticated;
    }

    void setAuthenticated(boolean authenticated) {
        this.authenticated = authenticated;
    }
}
