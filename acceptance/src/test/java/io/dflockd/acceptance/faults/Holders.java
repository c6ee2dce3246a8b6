package io.dflockd.acceptance.faults;

/** Makes the holder of a case that lives in this process. */
final class Holders {
    private Holders() {}

    static Holder of(FaultCase of, String server, Journal journal, Sampler sampler, Leftovers leftovers) {
        var handles = new Handles(of, server, journal, leftovers);
        return switch (of.kind()) {
            case LOCK, PERMIT, READ, WRITE -> new LeaseHolder(of, handles, journal, sampler, leftovers);
            case LEADERSHIP -> new LeaderHolder(of, handles, journal, sampler, leftovers);
            case JAVA_LOCK -> new JavaLockHolder(of, handles, journal);
            case RUN, ELECT -> throw new IllegalArgumentException(of.kind() + " is a process of its own");
        };
    }
}
