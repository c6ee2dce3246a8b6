package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * To whom what there is belongs, and who may take more. Where a session belongs to nobody, all of this does nothing: what is
 * taken in it counts for nobody, and no limit but the engine's own is there.
 */
final class Owners {
    private final Footprint footprint;
    private final Tally tally;
    private final Map<String, Owner> owners = new LinkedHashMap<>();

    Owners(Footprint footprint, Tally tally) {
        this.footprint = footprint;
        this.tally = tally;
    }

    /** The owner of this name, made if there is none yet. */
    Owner open(String name) {
        var owner = owners.get(name);
        if (owner == null) {
            owner = new Owner(name);
            owners.put(name, owner);
            footprint.add(bytesOf(owner));
        }
        return owner;
    }

    @Nullable
    Owner find(String name) {
        return owners.get(name);
    }

    Collection<Owner> all() {
        return owners.values();
    }

    /** What is taken in the session from now on counts for this one; what was taken before stays as it was. */
    void own(Session session, @Nullable Owner owner) {
        var former = session.owner;
        session.owner = owner;
        refer(owner);
        forgo(former);
    }

    /** Something begins that may take in the name of this one later. */
    void refer(@Nullable Owner owner) {
        if (owner != null) {
            owner.references++;
        }
    }

    /** Something ended that could take in the name of this one. */
    void forgo(@Nullable Owner owner) {
        if (owner != null) {
            owner.references--;
            forgetIfUnused(owner);
        }
    }

    boolean mayHold(@Nullable Owner owner) {
        if (owner == null || owner.maxHolds == 0 || owner.holds < owner.maxHolds) {
            return true;
        }
        tally.refused(Tally.OwnerLimit.HOLDS);
        return false;
    }

    boolean mayWait(@Nullable Owner owner) {
        if (owner == null || owner.maxWaiters == 0 || owner.waiters < owner.maxWaiters) {
            return true;
        }
        tally.refused(Tally.OwnerLimit.WAITERS);
        return false;
    }

    boolean mayStore(@Nullable Owner owner, long more) {
        if (owner == null || owner.maxValueBytes == 0 || more <= owner.maxValueBytes - owner.valueBytes) {
            return true;
        }
        tally.refused(Tally.OwnerLimit.VALUES_BYTES);
        return false;
    }

    void countHold(@Nullable Owner owner, int change) {
        if (owner != null) {
            owner.holds += change;
            forgetIfUnused(owner);
        }
    }

    void countWaiter(@Nullable Owner owner, int change) {
        if (owner != null) {
            owner.waiters += change;
            forgetIfUnused(owner);
        }
    }

    void countBytes(@Nullable Owner owner, long change) {
        if (owner != null) {
            owner.valueBytes += change;
            forgetIfUnused(owner);
        }
    }

    private void forgetIfUnused(Owner owner) {
        if (owner.isUnused() && owners.remove(owner.name) != null) {
            footprint.subtract(bytesOf(owner));
        }
    }

    static long bytesOf(Owner owner) {
        return Footprint.OWNER_BYTES + owner.name.length();
    }
}
