package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that use things at once. Each operation takes effect at a moment between its invocation and its return; of
 * some the client never hears, and these take effect later, or are the last before a client goes. Others are refused.
 */
final class SimulatedClients {
    enum Kind {
        COUNTER,
        VALUE,
        LIST,
        HOLD;

        private SimulatedThing make(SplittableRandom random, AtomicLong fences) {
            return switch (this) {
                case COUNTER -> new SimulatedThing.Counter(random);
                case VALUE -> new SimulatedThing.Value(random);
                case LIST -> new SimulatedThing.Values(random);
                case HOLD -> new SimulatedThing.Holds(random, fences);
            };
        }
    }

    private static final int LONGEST_STEP = 1_000;
    private static final int LONGEST_LATENESS = 20_000;

    private final SplittableRandom random;
    private final int clients;
    private final List<SimulatedThing> things = new ArrayList<>();

    private record Slot(int client, long invokedAt, long effectAt, long returnedAt, boolean isHeardOf) {}

    private SimulatedClients(SplittableRandom random, int clients) {
        this.random = random;
        this.clients = clients;
    }

    /** @param unheardOf of so many operations, the outcome of one is unknown; 0 for none */
    static List<Operation> run(SplittableRandom random, int clients, int operations, int unheardOf, List<Kind> kinds) {
        var simulated = new SimulatedClients(random, clients);
        var fences = new AtomicLong();
        kinds.forEach(kind -> simulated.things.add(kind.make(random.split(), fences)));
        return simulated.act(simulated.slots(operations, unheardOf));
    }

    private List<Slot> slots(int operations, int unheardOf) {
        var free = new long[clients];
        var slots = new ArrayList<Slot>();
        for (int i = 0; i < operations; i++) {
            int client = earliest(free);
            long invokedAt = free[client] + random.nextInt(LONGEST_STEP);
            long effectAt = invokedAt + random.nextInt(LONGEST_STEP);
            long returnedAt = effectAt + random.nextInt(LONGEST_STEP);
            boolean isHeardOf = unheardOf == 0 || random.nextInt(unheardOf) != 0;
            if (!isHeardOf) {
                effectAt += random.nextInt(LONGEST_LATENESS);
            }
            slots.add(new Slot(client, invokedAt, effectAt, returnedAt, isHeardOf));
            free[client] = Math.max(returnedAt, effectAt) + 1;
        }
        slots.sort(Comparator.comparingLong(Slot::effectAt));
        return slots;
    }

    private static int earliest(long[] free) {
        int earliest = 0;
        for (int i = 1; i < free.length; i++) {
            earliest = free[i] < free[earliest] ? i : earliest;
        }
        return earliest;
    }

    private List<Operation> act(List<Slot> slots) {
        var operations = new ArrayList<Operation>();
        for (var slot : slots) {
            int thing = random.nextInt(things.size());
            var done = things.get(thing).next(slot.client, slot.isHeardOf);
            operations.add(
                    new Operation(operations.size() + 1, "c" + slot.client, "k" + thing, done.call(), slot.invokedAt,
                            slot.isHeardOf ? slot.returnedAt : Operation.NEVER,
                            slot.isHeardOf ? new Outcome.Returned(done.answer()) : new Outcome.Unknown()));
        }
        return operations;
    }
}
