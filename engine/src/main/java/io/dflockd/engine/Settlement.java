package io.dflockd.engine;

/** Many wait at the head of a queue for what has become free, more than one step may grant. */
final class Settlement implements Chore {
    final Resource resource;
    private final Locks locks;

    Settlement(Resource resource, Locks locks) {
        this.resource = resource;
        this.locks = locks;
        resource.settlement = this;
    }

    @Override
    public boolean work(Step step) {
        resource.settlement = null;
        locks.settle(resource, step);
        // What is left over has become a settlement of its own.
        return true;
    }
}
