package io.dflockd.spring.boot;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Where callbacks of the client run, if not on its own threads. */
final class CallbackThreads {
    private static final int FIRST_VIRTUAL = 21;
    /** At once; those beyond wait on the client's own threads, and in its queue behind these. */
    private static final int MOST = 10_000;

    private CallbackThreads() {}

    /**
     * Whether they are virtual. What holds for all of Boot is left aside where Java has no such threads, as Boot does.
     *
     * @throws IllegalStateException when they are asked for by {@code dflockd.virtual-threads} and Java has none
     */
    static boolean areVirtual(@Nullable Boolean wanted, Environment environment, int java) {
        if (Boolean.TRUE.equals(wanted) && java < FIRST_VIRTUAL) {
            throw new IllegalStateException("dflockd.virtual-threads = true takes Java " + FIRST_VIRTUAL
                    + " or later, and this is " + java + "; valid is false, or nothing");
        }
        return java >= FIRST_VIRTUAL && (wanted == null
                ? environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false)
                : wanted);
    }

    static Executor virtual() {
        var executor = new SimpleAsyncTaskExecutor("dflockd-callback-");
        executor.setVirtualThreads(true);
        executor.setConcurrencyLimit(MOST);
        return executor;
    }
}
