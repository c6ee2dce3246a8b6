package io.dflockd.engine;

/** A barrier tripped or broke, and its participants are told, one slice after the other. */
final class BarrierEnd implements Chore {
    final Barriers.Barrier barrier;
    private final Barriers barriers;

    BarrierEnd(Barriers.Barrier barrier, Barriers barriers) {
        this.barrier = barrier;
        this.barriers = barriers;
    }

    @Override
    public boolean work(Step step) {
        while (!barrier.participants.isEmpty()) {
            if (step.isSpent()) {
                return false;
            }
            barriers.letGo(barrier.participants.first(), step);
            step.spend();
        }
        return true;
    }
}
