package io.dflockd.cli;

import io.avaje.json.mapper.JsonMapper;
import java.util.List;
import java.util.Map;

/** {@code stats}: what each server holds and stores. */
final class StatsCommand {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StatsCommand() {}

    static List<Command> all() {
        return List.of(new Command("stats", "", "show what each server holds and stores",
                """
                        Prints a table for each kind of thing that the server has: who holds and who waits, counters, values, \
                        lists, subscriptions, barriers. Values and tokens are never shown. With --json, the server's own answer \
                        on one line for each server, with its address in "server".""",
                List.of(), StatsCommand::run));
    }

    private static int run(Call call) throws InterruptedException {
        return EachServer.run(call, server -> {
            try (var connection = call.settings().dial(server)) {
                var stats = MAPPER.fromJsonObject(connection.stats());
                if (call.out().isJson()) {
                    var object = Call.object("server", server.toString());
                    object.putAll(stats);
                    call.out().json(object);
                } else {
                    call.out().line(server + "\n" + text(stats));
                }
            }
        });
    }

    /** The numbers in one line, then a table for each array that has rows. */
    static String text(Map<String, Object> stats) {
        var numbers = new StringBuilder();
        var tables = new StringBuilder();
        for (var field : stats.entrySet()) {
            if (field.getValue() instanceof List<?> rows) {
                if (!rows.isEmpty()) {
                    tables.append("\n\n")
                            .append(field.getKey().replace('_', ' '))
                            .append('\n')
                            .append(TextTable.of(rows));
                }
            } else if (field.getValue() != null) {
                numbers.append(numbers.isEmpty() ? "" : ", ")
                        .append(field.getKey().replace('_', ' '))
                        .append(' ')
                        .append(TextTable.cell(field.getValue()));
            }
        }
        return numbers + (tables.isEmpty() ? "\n\nnothing held, nothing stored" : tables.toString());
    }
}
