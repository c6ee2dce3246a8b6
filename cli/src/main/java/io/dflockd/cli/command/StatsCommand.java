package io.dflockd.cli.command;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.call.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code stats}: what each server holds and stores. */
public final class StatsCommand {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StatsCommand() {}

    public static List<Command> all() {
        return List.of(new Command("stats", "", "show what each server holds and stores",
                """
                        Prints a table for each kind of thing that the server has: who holds and who waits, counters, values, \
                        lists, subscriptions, barriers. Values and tokens are never shown. With --json, the server's own answer \
                        on one line for each server, with its address in "address".""",
                List.of(), StatsCommand::run));
    }

    private static int run(Call call) throws InterruptedException {
        return EachServer.run(call, server -> {
            try (var connection = call.settings().dial(server)) {
                var stats = MAPPER.fromJsonObject(connection.stats());
                if (call.out().isJson()) {
                    var object = Call.object("address", server.toString());
                    object.putAll(stats);
                    call.out().json(object);
                } else {
                    call.out().line(server + "\n" + text(stats));
                }
            }
        });
    }

    /** The numbers, a line for each group of them without the zeros, then a table for each array that has rows. */
    public static String text(Map<String, Object> stats) {
        var numbers = new LinkedHashMap<String, Object>();
        var groups = new StringBuilder();
        var tables = new StringBuilder();
        for (var field : stats.entrySet()) {
            switch (field.getValue()) {
                case List<?> rows when rows.isEmpty() -> {}
                case List<?> rows ->
                    tables.append("\n\n").append(words(field.getKey())).append('\n').append(TextTable.of(rows));
                case Map<?, ?> group -> groups.append(line(words(field.getKey()) + ": ", group));
                case null -> {}
                default -> numbers.put(field.getKey(), field.getValue());
            }
        }
        return (line("", numbers) + groups).strip() + (tables.isEmpty() ? "\n\nnothing held, nothing stored" : tables);
    }

    private static String line(String heading, Map<?, ?> group) {
        var words = group.entrySet()
                .stream()
                .map(field -> Map.entry(words(String.valueOf(field.getKey())), TextTable.cell(field.getValue())))
                .filter(field -> !field.getValue().equals("0") && !field.getValue().isEmpty())
                .map(field -> field.getKey() + " " + field.getValue())
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? "" : "\n" + heading + words;
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }
}
