package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import java.io.IOException;

/** Something to do to a server. */
public interface Workload {
    /** How the tables call it: the letter of the workload and its size. */
    String name();

    /** What it does, in a few words. */
    String description();

    boolean suits(Target target);

    /** Whether every run needs a server that was just started. */
    default boolean needsFreshServer() {
        return false;
    }

    Measurement run(Server server, Plan plan) throws IOException, InterruptedException;
}
