package io.dflockd.engine;

/** Keeps the count and the bounds of what sessions subscribe to, whatever the kind. */
final class Subscriptions {
    private final LimitsInForce limits;
    private final Sessions sessions;
    private final Footprint footprint;
    /** Begins anew after a snapshot, which is harmless: so does what the sessions remember of it. */
    private long fanOuts;
    private final int[] counts = new int[Subscription.Kind.values().length];

    Subscriptions(LimitsInForce limits, Sessions sessions, Footprint footprint) {
        this.limits = limits;
        this.sessions = sessions;
        this.footprint = footprint;
    }

    /** One notice on its way to all whom it reaches. */
    FanOut fanOut(Notice notice, Step step) {
        return new FanOut(notice, ++fanOuts, step);
    }

    /** What becomes of a wish to subscribe. */
    enum Added {
        NEW,
        REPEATED,
        TOO_MANY,
        TOO_LARGE
    }

    Added add(Session session, Subscription subscription) {
        if (session.subscriptions.contains(subscription)) {
            return Added.REPEATED;
        }
        if (limits.now().maxSubscriptions() > 0 && session.subscriptions.size() >= limits.now().maxSubscriptions()) {
            sessions.forgetIfEmpty(session);
            return Added.TOO_MANY;
        }
        if (!footprint.fits(Footprint.SUBSCRIPTION_BYTES + textOf(subscription)
                + PatternIndex.mostBytesOf(subscription.pattern()))) {
            sessions.forgetIfEmpty(session);
            return Added.TOO_LARGE;
        }
        restore(session, subscription);
        return Added.NEW;
    }

    /** Adds what a snapshot says that there was, whatever the limits. */
    void restore(Session session, Subscription subscription) {
        session.subscriptions.add(subscription);
        count(subscription.kind(), 1);
        footprint.countSubscriptions(1, textOf(subscription));
    }

    /** Whether there was such a subscription. */
    boolean remove(Session session, Subscription subscription) {
        if (!session.subscriptions.remove(subscription)) {
            return false;
        }
        count(subscription.kind(), -1);
        footprint.countSubscriptions(-1, textOf(subscription));
        sessions.forgetIfEmpty(session);
        return true;
    }

    @SuppressWarnings("EnumOrdinal") // an index that never leaves this class
    int countOf(Subscription.Kind kind) {
        return counts[kind.ordinal()];
    }

    @SuppressWarnings("EnumOrdinal") // as above
    private void count(Subscription.Kind kind, int change) {
        counts[kind.ordinal()] += change;
    }

    /** Answers the entry that wanted to subscribe. Returns whether there is a new subscription to carry out. */
    static boolean answer(Added added, Step step) {
        switch (added) {
            case NEW, REPEATED -> step.answer(Outcome.DONE);
            case TOO_MANY -> step.answer(Refusal.MAX_SUBSCRIPTIONS);
            case TOO_LARGE -> step.answer(Refusal.MAX_KEYS);
        }
        return added == Added.NEW;
    }

    private static int textOf(Subscription subscription) {
        return subscription.pattern().length() + subscription.group().length();
    }
}
