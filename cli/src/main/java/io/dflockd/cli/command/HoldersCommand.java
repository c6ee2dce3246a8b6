package io.dflockd.cli.command;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.call.TextTable;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code holders}: who has a key, and who waits for it. */
public final class HoldersCommand {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Flag LIMIT = Flag.of("limit", "N",
            "show at most so many holders and as many waiters (as the server likes)");

    private HoldersCommand() {}

    public static List<Command> all() {
        return List.of(new Command("holders", "KEY", "show who holds a key and who waits for it",
                """
                        Prints what the key is, who holds it (the client's name and address, since when, for how long still, the \
                        fence) and who waits first, and for how long. Never a token. Exit status 1 if nobody holds it.
                        With --json, the server's own answer on one line.""",
                List.of(LIMIT), HoldersCommand::run));
    }

    private static int run(Call call) throws InterruptedException {
        var key = call.operand(0);
        int limit = call.arguments().number(LIMIT, 1, Integer.MAX_VALUE, 0);
        try (var connection = call.dialFor(key)) {
            var holds = connection.holds();
            var answer = MAPPER.fromJsonObject(limit == 0 ? holds.holders(key) : holds.holders(key, limit));
            boolean held = answer.get("holders") instanceof List<?> holders && !holders.isEmpty();
            call.out().line(text(answer), answer);
            return (held ? Exit.OK : Exit.NOTHING).status();
        }
    }

    /** The fields in one line, then a table for holders and one for those who wait. */
    static String text(Map<String, Object> answer) {
        var line = answer.entrySet()
                .stream()
                .filter(field -> !(field.getValue() instanceof List<?>))
                .map(field -> words(field.getKey()) + " " + TextTable.cell(field.getValue()))
                .collect(Collectors.joining(", "));
        var tables = answer.entrySet()
                .stream()
                .filter(field -> field.getValue() instanceof List<?> rows && !rows.isEmpty())
                .map(field -> "\n\n" + words(field.getKey()) + "\n" + TextTable.of((List<?>) field.getValue()))
                .collect(Collectors.joining());
        return line + (tables.isEmpty() ? "\nnobody holds it, nobody waits" : tables);
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }
}
