package io.dflockd.benchmarks.scaling;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import java.util.List;

/** Every reading of every round as JSON, for programs that compare. */
final class ScalingJson {
    private static final JsonStream JSON = JsonStream.builder().build();

    private ScalingJson() {}

    static String of(String machine, List<AxisResults> all) {
        var buffer = JSON.bufferedWriter();
        var json = (JsonWriter) buffer;
        json.beginObject();
        json.name("machine");
        json.value(machine);
        json.name("visits");
        json.beginArray();
        for (var results : all) {
            results.all().forEach(findings -> write(results.scale().name(), findings, json));
        }
        json.endArray();
        json.endObject();
        return buffer.result() + "\n";
    }

    private static void write(String axis, Findings findings, JsonWriter json) {
        json.beginObject();
        json.name("axis");
        json.value(axis);
        json.name("count");
        json.value(findings.count());
        json.name("round");
        json.value(findings.round());
        write("empty", findings.empty(), json);
        write("full", findings.full(), json);
        json.name("readings");
        json.beginArray();
        findings.readings().forEach(reading -> write(reading, json));
        json.endArray();
        json.endObject();
    }

    private static void write(String name, Memory memory, JsonWriter json) {
        json.name(name);
        json.beginObject();
        json.name("resident_bytes");
        json.value(memory.residentBytes());
        json.name("live_heap_bytes");
        json.value(memory.liveBytes());
        json.endObject();
    }

    private static void write(Reading reading, JsonWriter json) {
        json.beginObject();
        json.name("series");
        json.value(reading.series());
        number("operations_per_second", reading.rate(), json);
        number("p50_us", reading.p50Micros(), json);
        number("p99_us", reading.p99Micros(), json);
        number("cpu_us", reading.cpuMicros(), json);
        json.endObject();
    }

    private static void number(String name, double value, JsonWriter json) {
        json.name(name);
        json.value(value);
    }
}
