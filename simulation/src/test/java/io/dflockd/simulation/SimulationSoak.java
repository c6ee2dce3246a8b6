package io.dflockd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * As many runs as wanted; no part of the normal tests:
 * {@code mvn -pl simulation -am test -Dtest=SimulationSoak -Dsimulation.from=1 -Dsimulation.to=100000}.
 */
class SimulationSoak {
    private static final int LINE_EVERY = 1_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    @Test
    void runsGoWell() {
        long from = Long.getLong("simulation.from", 1);
        long to = Long.getLong("simulation.to", from + LINE_EVERY - 1);
        assertThat(run(from, to)).as("violations in seeds %d to %d", from, to).isZero();
    }

    /** For one seed or many of them without a build around. */
    public static void main(String[] seeds) {
        System.exit(run(Long.parseLong(seeds[0]), Long.parseLong(seeds[1])) == 0 ? 0 : 1);
    }

    private static int run(long from, long to) {
        long started = System.nanoTime();
        int violations = 0;
        long operations = 0;
        long entries = 0;
        for (long seed = from; seed <= to; seed++) {
            try {
                var report = new SimulatedRun(seed).run();
                operations += report.operations();
                entries += report.entries();
            } catch (Violation e) {
                violations++;
                System.out.println("VIOLATION " + e.getMessage());
                if (from == to) {
                    e.printStackTrace(System.out);
                }
            }
            if ((seed - from) % LINE_EVERY == LINE_EVERY - 1 || seed == to) {
                System.out.printf("simulation: seeds %d to %d, %d violations, %d operations, %d entries, %d s%n", from,
                        seed, violations, operations, entries, (System.nanoTime() - started) / NANOS_PER_SECOND);
            }
        }
        return violations;
    }
}
