package io.dflockd.engine;

/** The sessions that were spoken for when a term began learn that they are not any more, one after the other. */
final class TermOpening implements Chore {
    private final Attachments attachments;

    TermOpening(Attachments attachments) {
        this.attachments = attachments;
    }

    @Override
    public boolean work(Step step) {
        return attachments.reachAll(step);
    }
}
