package io.dflockd.engine;

/** Who is told what when holds come and go: those who watch the key, those who observe the election, who lost a hold. */
final class Announcements {
    private final Watches watches;
    private final Elections elections;

    Announcements(Watches watches, Elections elections) {
        this.watches = watches;
        this.elections = elections;
    }

    void granted(Hold hold, Step step) {
        var key = hold.resource.key;
        if (hold.mode == Mode.LEADERSHIP) {
            watches.announce(KeyEvent.ELECT, key, step);
            elections.elected(key, hold.session, step);
        } else {
            watches.announce(KeyEvent.ACQUIRE, key, step);
        }
    }

    void released(String key, Step step) {
        watches.announce(KeyEvent.RELEASE, key, step);
    }

    void resigned(String key, Step step) {
        watches.announce(KeyEvent.RESIGN, key, step);
        elections.resigned(key, step);
    }

    /** A waiting candidate is about to take over. */
    void failover(String key, Step step) {
        elections.failover(key, step);
    }

    /** A leadership that has ended otherwise than by resignation, and has no successor. */
    void leaderless(String key, Step step) {
        elections.resigned(key, step);
    }

    /** Its session did not give the hold up, and wished to be told. */
    void lost(Hold hold, boolean revoked, Step step) {
        var session = hold.session;
        if (session != null && session.wantsLost) {
            step.push(session, new Notice.Lost(hold.resource.key, hold.fence, revoked));
        }
    }
}
