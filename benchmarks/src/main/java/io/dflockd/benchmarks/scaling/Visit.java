package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One measurement of one axis at one number, on a server of its own. */
final class Visit {
    private static final double NANOS_PER_MICRO = 1000;

    private final Server server;
    private final Pace pace;
    private final List<Reading> readings = new ArrayList<>();
    private Memory empty = Memory.UNKNOWN;
    private Memory full = Memory.UNKNOWN;

    Visit(Server server, Pace pace) {
        this.server = server;
        this.pace = pace;
    }

    Server server() {
        return server;
    }

    /** To be called before there is anything to measure, with a load that leaves nothing more in the server afterwards. */
    void warmUp(Load load) throws IOException {
        run(load, new Meter(), pace.warmUp());
        empty = Memory.of(server);
    }

    /** To be called when all is there. */
    void filled() throws IOException {
        full = Memory.of(server);
    }

    void measure(String series, Load load) throws IOException {
        run(load, new Meter(), pace.settling());
        var meter = new Meter();
        long cpu = ServerCpu.nanos(server.pid());
        long start = System.nanoTime();
        run(load, meter, pace.measured());
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        cpu = ServerCpu.nanos(server.pid()) - cpu;
        readings.add(
                new Reading(
                        series,
                        meter.operations() / seconds,
                        meter.micros(50),
                        meter.micros(99),
                        cpu / NANOS_PER_MICRO / meter.operations()));
    }

    Findings findings(int count, int round) {
        return new Findings(count, round, readings, empty, full);
    }

    private static void run(Load load, Meter meter, Duration duration) throws IOException {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() - end < 0) {
            load.turn(meter);
        }
    }
}
