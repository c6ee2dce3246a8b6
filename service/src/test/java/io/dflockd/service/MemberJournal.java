package io.dflockd.service;

import io.dflockd.engine.Action;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Standing;
import io.dflockd.service.driver.DirectJournal;

/** A journal of a node that stands somewhere in a cluster, though it applies what it is given at once. */
final class MemberJournal implements Journal {
    private final DirectJournal journal;
    private final Standing standing;

    MemberJournal(DirectJournal journal, Standing standing) {
        this.journal = journal;
        this.standing = standing;
    }

    @Override
    public void begin() {
        journal.begin();
    }

    @Override
    public void submit(Action action) {
        journal.submit(action);
    }

    @Override
    public void endTurn() {
        journal.endTurn();
    }

    @Override
    public boolean isFull() {
        return journal.isFull();
    }

    @Override
    public long timeMs() {
        return journal.timeMs();
    }

    @Override
    public boolean isDurable() {
        return journal.isDurable();
    }

    @Override
    public Standing standing() {
        return standing;
    }

    @Override
    public void close() {
        journal.close();
    }
}
