package io.dflockd.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes {@link HolderList}s. */
final class HolderLists {
    private HolderLists() {}

    static Outcome of(Command.ListHolders command, @Nullable Resource resource, long nowMs) {
        if (resource == null) {
            return new Outcome.Holders(new HolderList(command.key(), false, 0, List.of(), 0, List.of(), 0));
        }
        var holders = new ArrayList<HolderList.Holder>();
        for (var hold : resource.holders()) {
            if (holders.size() == command.limit()) {
                break;
            }
            if (hold.deadlineMs > nowMs) {
                holders.add(holder(hold, nowMs));
            }
        }
        var waiters = new ArrayList<HolderList.Waiting>();
        for (var waiter : resource.waiters()) {
            if (waiters.size() == command.limit()) {
                break;
            }
            var session = waiter.session;
            waiters.add(new HolderList.Waiting(session.id, session.clientName, waiter.mode, nowMs - waiter.sinceMs));
        }
        return new Outcome.Holders(new HolderList(
                resource.key,
                resource.isReadWrite(),
                resource.limit,
                List.copyOf(holders),
                resource.holderCount(),
                List.copyOf(waiters),
                resource.waiterCount()));
    }

    private static HolderList.Holder holder(Hold hold, long nowMs) {
        var session = hold.session;
        return new HolderList.Holder(
                session == null ? 0 : session.id,
                session == null ? "" : session.clientName,
                hold.mode,
                nowMs - hold.sinceMs,
                hold.leaseMs,
                hold.deadlineMs - nowMs,
                hold.fence);
    }
}
