package io.dflockd.service.driver;

/** Does something later. What it does may append to receivers, as a request may. */
public interface Alarm {
    /** Runs the task once after so many nanoseconds, on a thread of its own choice. */
    Planned schedule(Runnable task, long delayNanos);

    /** Something that will happen unless it is called off. */
    interface Planned {
        void cancel();
    }
}
