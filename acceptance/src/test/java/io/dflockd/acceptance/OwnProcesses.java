package io.dflockd.acceptance;

/** What a program that runs by itself has started. */
public final class OwnProcesses {
    private OwnProcesses() {}

    /** They end with it, also at Ctrl-C, and also those that are stopped. */
    public static void endWithThis() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    }
}
