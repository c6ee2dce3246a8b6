package io.dflockd.service.stats;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import io.dflockd.engine.Inventory;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Standing;
import io.dflockd.protocol.Octets;
import io.dflockd.service.Leases;
import io.dflockd.service.Version;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The JSON object that answers {@code stats}: the fields of the existing dflockd server (Go) in its order, then ours.
 * Elections appear under {@code locks}, as there.
 */
public final class StatsReport {
    private static final JsonStream JSON = JsonStream.builder().build();
    private static final double MS_PER_SECOND = 1000;

    private StatsReport() {}

    /**
     * The octets of the object.
     *
     * @param applied the place in the log up to which all is applied; empty where there is no cluster
     * @param lockPeers who holds the inventory's locks, in their order; empty where nobody is at the other end
     */
    public static String write(
            ServerCounters counters,
            Standing standing,
            OptionalLong applied,
            int namedSessions,
            long setAside,
            Inventory inventory,
            List<String> lockPeers) {
        var buffer = JSON.bufferedWriter();
        var json = (JsonWriter) buffer;
        json.serializeEmpty(true);
        json.beginObject();
        number("connections", counters.openConnections(), json);
        writeResources(inventory, lockPeers, json);
        writeData(inventory, json);
        writeTotals(inventory, json);
        writeServer(counters, standing, applied, namedSessions, setAside, inventory.bytes(), json);
        json.endObject();
        return Octets.ofText(buffer.result());
    }

    private static void writeResources(Inventory inventory, List<String> lockPeers, JsonWriter json) {
        var peers = lockPeers.iterator();
        rows("locks", inventory.locks(), json, row -> {
            text("key", row.key(), json);
            number("owner_conn_id", row.holderSession(), json);
            seconds("lease_expires_in_s", Leases.told(row.remainingMs()), json);
            number("waiters", row.waiters(), json);
            numberUnless0("fence", row.fence(), json);
            if (!row.clientName().isEmpty()) {
                text("client", row.clientName(), json);
            }
            var peer = peers.next();
            if (!peer.isEmpty()) {
                text("peer", Octets.ofText(peer), json);
            }
            seconds("held_s", row.heldMs(), json);
            seconds("longest_wait_s", row.longestWaitMs(), json);
        });
        rows("semaphores", inventory.semaphores(), json, row -> {
            text("key", row.key(), json);
            number("limit", row.limit(), json);
            number("holders", row.holders(), json);
            number("waiters", row.waiters(), json);
            seconds("longest_wait_s", row.longestWaitMs(), json);
        });
        rows("rw_locks", inventory.readWriteLocks(), json, row -> {
            text("key", row.key(), json);
            number("readers", row.readers(), json);
            json.name("writer");
            json.value(row.writer());
            numberUnless0("fence", row.fence(), json);
            number("waiters", row.waiters(), json);
            seconds("longest_wait_s", row.longestWaitMs(), json);
        });
        rows("idle_locks", inventory.idleLocks(), json, row -> writeIdle(row, json));
        rows("idle_semaphores", inventory.idleSemaphores(), json, row -> writeIdle(row, json));
    }

    private static void writeIdle(Inventory.Idle row, JsonWriter json) {
        text("key", row.key(), json);
        seconds("idle_s", row.idleMs(), json);
    }

    private static void writeData(Inventory inventory, JsonWriter json) {
        rows("counters", inventory.counters(), json, row -> {
            text("key", row.key(), json);
            number("value", row.value(), json);
            seconds("idle_s", row.idleMs(), json);
        });
        rows("kv_entries", inventory.values(), json, row -> {
            text("key", row.key(), json);
            number("value_len", row.valueBytes(), json);
            seconds("ttl", row.ttlRemainingMs(), json);
            seconds("idle_s", row.idleMs(), json);
        });
        rows("lists", inventory.lists(), json, row -> {
            text("key", row.key(), json);
            number("len", row.length(), json);
            numberUnless0("pop_waiters", row.popWaiters(), json);
            seconds("idle_s", row.idleMs(), json);
        });
        rows("signal_channels", inventory.signalChannels(), json, row -> {
            text("pattern", row.pattern(), json);
            if (!row.group().isEmpty()) {
                text("group", row.group(), json);
            }
            number("listeners", row.listeners(), json);
        });
        rows("watch_channels", inventory.watchChannels(), json, row -> {
            text("pattern", row.pattern(), json);
            number("watchers", row.watchers(), json);
        });
        rows("barriers", inventory.barriers(), json, row -> {
            text("key", row.key(), json);
            number("count", row.count(), json);
            number("participants", row.participants(), json);
            seconds("idle_s", row.idleMs(), json);
        });
    }

    private static void writeTotals(Inventory inventory, JsonWriter json) {
        rows("leader_observers", inventory.observedElections(), json, row -> {
            text("key", row.key(), json);
            number("observers", row.observers(), json);
        });
        var totals = inventory.totals();
        json.name("totals");
        json.beginObject();
        number("locks", totals.locks(), json);
        number("semaphores", totals.semaphores(), json);
        number("rw_locks", totals.readWriteLocks(), json);
        number("idle_locks", totals.idleLocks(), json);
        number("idle_semaphores", totals.idleSemaphores(), json);
        number("idle_rw_locks", totals.idleReadWriteLocks(), json);
        number("counters", totals.counters(), json);
        number("kv_entries", totals.values(), json);
        number("lists", totals.lists(), json);
        number("signal_channels", totals.signalChannels(), json);
        number("watch_channels", totals.watchChannels(), json);
        number("leader_observers", totals.observedElections(), json);
        number("barriers", totals.barriers(), json);
        json.endObject();
    }

    private static void writeServer(
            ServerCounters counters,
            Standing standing,
            OptionalLong applied,
            int namedSessions,
            long setAside,
            long stateBytes,
            JsonWriter json) {
        json.name("server");
        json.beginObject();
        text("version", Version.current(), json);
        seconds("uptime_s", counters.uptimeMs(), json);
        number("state_bytes", stateBytes, json);
        number("sessions", namedSessions, json);
        number("sessions_set_aside", setAside, json);
        number("connections_accepted", counters.accepted(), json);
        number("connections_refused", counters.refused(), json);
        number("auth_failures", counters.authFailures(), json);
        number("slow_consumers_closed", counters.slowConsumers(), json);
        number("connections_evicted", counters.evictedConnections(), json);
        if (!standing.members().isEmpty()) {
            text("role", standing.leads() ? "leader" : "follower", json);
            number("term", standing.term(), json);
            text("leader", standing.leader().map(Node::name).orElse(""), json);
            applied.ifPresent(index -> number("applied", index, json));
        }
        json.endObject();
    }

    private static <T> void rows(String name, List<T> rows, JsonWriter json, Consumer<T> writer) {
        json.name(name);
        json.beginArray();
        for (var row : rows) {
            json.beginObject();
            writer.accept(row);
            json.endObject();
        }
        json.endArray();
    }

    private static void text(String name, String octets, JsonWriter json) {
        json.name(name);
        json.rawValue(Json.quote(octets)); // what is raw it writes a byte a character, so it wants octets
    }

    private static void number(String name, long value, JsonWriter json) {
        json.name(name);
        json.value(value);
    }

    private static void numberUnless0(String name, long value, JsonWriter json) {
        if (value != 0) {
            number(name, value, json);
        }
    }

    private static void seconds(String name, long ms, JsonWriter json) {
        json.name(name);
        json.value(ms / MS_PER_SECOND);
    }
}
