package io.dflockd.server;

import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.Salts;
import java.time.Instant;

/** What a server fetches from outside: times and unguessable numbers. One that is made up makes a run repeatable. */
public interface ServerClock {
    /** A time that only ever rises, in nanoseconds since anything; leases, waits and time-outs go by it. Thread-safe. */
    long nanoTime();

    /** The time of day, asked once: the first fence of a server is above all that one before it gave. */
    Instant now();

    /** Half of the next token. Called by one thread at a time. */
    long nextSalt();

    /**
     * What wakes the server when something is due by this clock.
     *
     * @param machine rings by the time of the machine, on a thread of the server; whatever another one rings for has to run
     *            there, without a delay
     */
    default Alarm alarm(Alarm machine) {
        return machine;
    }

    /** The machine's. */
    static ServerClock system() {
        var salts = new Salts();
        return new ServerClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nextSalt() {
                return salts.next();
            }
        };
    }
}
