package io.dflockd.benchmarks.scaling;

import java.io.IOException;

/** More and more waiters in the queue of a key, of eight keys at once so that the cost of reading a socket is shared. */
final class Waiters implements Axis {
    @Override
    public Scale scale() {
        return new Scale("waiters", "waiters in the queue of one key", "waiters");
    }

    @Override
    public int most() {
        return 10_000;
    }

    @Override
    public int total(int count) {
        return count * WaitingLine.KEYS;
    }

    @Override
    public void measure(int count, Visit visit) throws IOException {
        try (var piped = new PipelinedPairs(visit.server(), new KeyNames("piped.", ""), 1)) {
            visit.warmUp(piped);
            try (var line = new WaitingLine(visit.server(), count)) {
                visit.filled();
                visit.measure("hand-over: release, grant, queue again", line.handOvers());
                visit.measure("leave anywhere in the queue, queue again", line.departures());
            }
        }
    }
}
