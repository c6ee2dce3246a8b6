package io.dflockd.engine;

/** A session that is back gets its turns again in groups that are more than one step may look at. */
final class Unparking implements Chore {
    final Session session;
    private final Topics topics;

    Unparking(Session session, Topics topics) {
        this.session = session;
        this.topics = topics;
    }

    @Override
    public boolean work(Step step) {
        while (session.receives()) {
            if (step.isSpent()) {
                return false;
            }
            var group = session.parked.oldest();
            if (group == null) {
                break;
            }
            group.unpark(session);
            step.spend();
        }
        topics.unparked(session);
        return true;
    }
}
