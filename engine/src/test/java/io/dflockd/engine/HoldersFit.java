package io.dflockd.engine;

/**
 * Never more holders than permits; a writer is alone; who waits at the head of a queue could not be granted, or will be in
 * a later step.
 */
final class HoldersFit implements Invariant {
    @Override
    public void check(Applied applied) {
        for (var resource : applied.engine().locks.resources.all()) {
            long writers = resource.holders()
                    .stream()
                    .filter(hold -> hold.mode == Mode.WRITE)
                    .count();
            if (resource.isReadWrite()) {
                Invariant.require(writers == 0 || resource.holderCount() == 1,
                        resource.key + " has a writer and others");
            } else {
                Invariant.require(resource.holderCount() <= resource.limit, resource.key + " has too many holders");
            }
            var head = resource.firstWaiter();
            Invariant.require(
                    head == null || !resource.admits(head.mode) || isLeftToLaterSteps(resource, head),
                    resource.key + " is free for the waiter at its head");
            Invariant.require(resource.idle == resource.isUnused(), resource.key + " is idle in one way only");
        }
    }

    private static boolean isLeftToLaterSteps(Resource resource, Waiter head) {
        return resource.settlement != null || !head.isHeard();
    }
}
