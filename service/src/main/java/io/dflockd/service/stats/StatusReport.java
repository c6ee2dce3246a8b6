package io.dflockd.service.stats;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.protocol.Octets;
import io.dflockd.service.LimitNames;
import java.util.function.Consumer;

/** The JSON objects that answer {@code cluster} with an argument. */
public final class StatusReport {
    private static final JsonStream JSON = JsonStream.builder().build();
    private static final double MS_PER_SECOND = 1000;

    private StatusReport() {}

    /** The octets of an object that says how a cluster is. What a node keeps is known only of the one that leads. */
    public static String write(ClusterReport report, LimitNames limits) {
        return object(json -> {
            var standing = report.standing();
            number("term", standing.term(), json);
            text("leader", standing.leader().map(Node::name).orElse(""), json);
            number("committed", report.committed(), json);
            number("applied", report.applied(), json);
            number("rules", report.rules(), json);
            json.name("limits");
            json.beginObject();
            limits.texts(report.limits()).forEach((name, value) -> text(name, value, json));
            json.endObject();
            json.name("nodes");
            json.beginArray();
            for (var member : report.members()) {
                json.beginObject();
                write(member, json);
                json.endObject();
            }
            json.endArray();
        });
    }

    /** The octets of an object that says what came of something. */
    public static String write(Operations.Verdict verdict) {
        return object(json -> {
            json.name("done");
            json.value(verdict.isDone());
            text(verdict.isDone() ? "result" : "reason", verdict.text(), json);
        });
    }

    private static void write(ClusterReport.Member member, JsonWriter json) {
        text("name", member.node().name(), json);
        text("address", member.node().address(), json);
        text("peer_address", member.node().peerAddress(), json);
        text("role", member.leads() ? "leader" : "follower", json);
        number("replicated", member.replicated(), json);
        number("lag", member.lag(), json);
        seconds("silent_s", member.silentMs(), json);
        member.details().ifPresent(details -> {
            text("version", details.version(), json);
            number("rules", details.rules(), json);
            write(details.disk(), json);
        });
    }

    private static void write(ClusterReport.Disk disk, JsonWriter json) {
        number("log_bytes", disk.logBytes(), json);
        disk.snapshot().ifPresent(snapshot -> {
            number("snapshot_index", snapshot.index(), json);
            number("snapshot_bytes", snapshot.bytes(), json);
            seconds("snapshot_age_s", snapshot.ageMs(), json);
        });
        number("free_bytes", disk.freeBytes(), json);
    }

    private static String object(Consumer<JsonWriter> fields) {
        var buffer = JSON.bufferedWriter();
        var json = (JsonWriter) buffer;
        json.serializeEmpty(true);
        json.beginObject();
        fields.accept(json);
        json.endObject();
        return Octets.ofText(buffer.result());
    }

    private static void text(String name, String text, JsonWriter json) {
        json.name(name);
        json.rawValue(Json.quote(Octets.ofText(text)));
    }

    private static void number(String name, long value, JsonWriter json) {
        json.name(name);
        json.value(value);
    }

    private static void seconds(String name, long ms, JsonWriter json) {
        json.name(name);
        json.value(ms / MS_PER_SECOND);
    }
}
