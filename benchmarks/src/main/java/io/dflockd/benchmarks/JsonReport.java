package io.dflockd.benchmarks;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import io.dflockd.benchmarks.load.Measurement;
import java.util.List;

/** Each run of each target as JSON, for programs that compare. */
final class JsonReport {
    private static final JsonStream JSON = JsonStream.builder().build();

    private JsonReport() {}

    static String of(String machine, List<Results> all) {
        var buffer = JSON.bufferedWriter();
        var json = (JsonWriter) buffer;
        json.beginObject();
        json.name("machine");
        json.value(machine);
        json.name("runs");
        json.beginArray();
        for (var results : all) {
            results.byTarget().forEach((target, measurements) -> {
                for (int round = 0; round < measurements.size(); round++) {
                    write(results.workload().name(), target, round + 1, measurements.get(round), json);
                }
            });
        }
        json.endArray();
        json.endObject();
        return buffer.result() + "\n";
    }

    private static void write(String workload, String target, int round, Measurement measurement, JsonWriter json) {
        json.beginObject();
        json.name("workload");
        json.value(workload);
        json.name("target");
        json.value(target);
        json.name("round");
        json.value(round);
        number("operations_per_second", measurement.rate(), json);
        number("p50_us", measurement.micros(50), json);
        number("p99_us", measurement.micros(99), json);
        number("p999_us", measurement.micros(99.9), json);
        number("max_us", measurement.micros(100), json);
        number("cpu_s_per_100k", measurement.cpuSecondsPer100k(), json);
        measurement.garbage().ifPresent(garbage -> {
            number("allocated_bytes_per_operation", measurement.allocatedBytes(), json);
            number("gc_pauses", garbage.pausesMs().size(), json);
            number("gc_paused_ms", garbage.pausedMs(), json);
            number("gc_longest_pause_ms", garbage.longestPauseMs(), json);
        });
        measurement.notes().forEach((name, value) -> number(name.replace(' ', '_'), value, json));
        json.endObject();
    }

    private static void number(String name, double value, JsonWriter json) {
        json.name(name);
        json.value(value);
    }
}
