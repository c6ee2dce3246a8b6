package io.dflockd.cli.command;

import io.dflockd.cli.call.AdminClient;
import io.dflockd.cli.call.AdminNode;
import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.call.Screen;
import io.dflockd.cli.call.TextTable;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code admin top}: who holds what, on one screen, of several servers. */
public final class TopCommand {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int MOST_ROWS = 1000;
    /** Where there is no screen. */
    private static final int ROWS_OF_PAPER = 50;

    private static final Flag SORT = Flag.of("sort", "ORDER",
            "age (held for longest first), wait (waited for longest first), waiters (most first), heat (wanted most often of"
                    + " late first), lease (ends soonest first) or key (age)");
    private static final Flag PREFIX = Flag.of("prefix", "TEXT", "only keys that begin with this");

    private TopCommand() {}

    public static List<Command> all() {
        var flags = Stream.concat(Stream.of(SORT, PREFIX), AdminClient.FLAGS.stream()).toList();
        return List.of(new Command("admin top", "", "watch who holds what, on one or several servers",
                """
                        Shows each server in a line, and below the locks that are held or waited for, as many as fit on the screen, \
                        anew every 2 seconds until q or Ctrl-C. --admin may be given several times, or name several addresses with \
                        commas between them. Where the output is no terminal all is printed once.""",
                flags, TopCommand::run));
    }

    private static int run(Call call) throws InterruptedException {
        var servers = AdminClient.each(call);
        if (call.out().isJson() || !Screen.isThere()) {
            var shown = look(servers, call, ROWS_OF_PAPER);
            if (call.out().isJson()) {
                shown.servers().forEach(call.out()::json);
                shown.locks().forEach(call.out()::json);
                shown.faults().forEach(fault -> call.warn(fault.strip()));
            } else {
                call.out().line(String.join("\n", lines(shown, Integer.MAX_VALUE, "")));
            }
            return shown.answers() == 0 ? Exit.UNREACHABLE.status() : Exit.OK.status();
        }
        try (var screen = Screen.open()) {
            do {
                var size = screen.size();
                var shown = look(servers, call, size.rows());
                var time = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
                screen.show(lines(shown, size.rows(), "dflockd  " + time + "  q ends"));
            } while (!screen.isEndedWithin(PAUSE));
        }
        return Exit.OK.status();
    }

    /** What all the servers said. {@code answers}: how many did. */
    private record Shown(
            List<Map<String, Object>> servers, List<Map<String, Object>> locks, List<String> faults, int answers) {}

    private static Shown look(List<AdminNode> servers, Call call, int rows) throws InterruptedException {
        var lines = new ArrayList<Map<String, Object>>();
        var locks = new ArrayList<Map<String, Object>>();
        var faults = new ArrayList<String>();
        var followers = new LinkedHashMap<AdminNode, String>();
        var leaders = new HashSet<String>();
        int answers = 0;
        for (var server : servers) {
            var line = new LinkedHashMap<String, Object>();
            line.put("server", server.name());
            lines.add(line);
            try {
                var status = server.get("/api/v1/status");
                answers++;
                describe(line, status);
                if ("follower".equals(status.get("role"))) {
                    followers.put(server, String.valueOf(status.get("leader")));
                } else {
                    locks.addAll(locksOf(server, call, rows, servers.size() > 1));
                    leaders.add(String.valueOf(status.get("node")));
                }
            } catch (AdminClient.RefusedException e) {
                line.putIfAbsent("state", "no answer");
                faults.add("  " + server.name() + ": " + e.getMessage());
            }
        }
        // A member that follows passes on what the one that leads says, which need not be said twice.
        for (var follower : followers.entrySet()) {
            if (leaders.add(follower.getValue())) {
                try {
                    locks.addAll(locksOf(follower.getKey(), call, rows, servers.size() > 1));
                } catch (AdminClient.RefusedException e) {
                    faults.add("  " + follower.getKey().name() + ": " + e.getMessage());
                }
            }
        }
        return new Shown(lines, locks, faults, answers);
    }

    private static void describe(Map<String, Object> line, Map<String, Object> status) {
        boolean isDraining = Boolean.TRUE.equals(status.get("draining"));
        boolean isReady = Boolean.TRUE.equals(status.get("ready"));
        line.put("state", isDraining ? "draining" : isReady ? "ready" : "not ready");
        put(line, "role", status.getOrDefault("role", status.get("mode")));
        if (status.get("totals") instanceof Map<?, ?> totals) {
            put(line, "held", totals.get("holds"));
            put(line, "waiting", totals.get("waiters"));
            put(line, "locks", totals.get("locks"));
        }
        if (status.get("connections") instanceof Map<?, ?> connections) {
            put(line, "connections", connections.get("open"));
        }
        if (status.get("limits") instanceof List<?> limits) {
            limits.stream()
                    .map(limit -> (Map<?, ?>) limit)
                    .filter(limit -> "max-memory".equals(limit.get("name")))
                    .forEach(limit -> put(line, "memory_%", percent(limit)));
        }
        put(line, "up_s", status.get("uptime_s"));
    }

    private static @Nullable Object percent(Map<?, ?> limit) {
        return limit.get("used") instanceof Number used && limit.get("most") instanceof Number most
                && most.doubleValue() > 0 ? 100 * used.doubleValue() / most.doubleValue() : null;
    }

    private static List<Map<String, Object>> locksOf(AdminNode server, Call call, int rows, boolean isOneOfSeveral)
            throws AdminClient.RefusedException, InterruptedException {
        var sort = call.arguments().value(SORT);
        var prefix = call.arguments().value(PREFIX);
        var page = server.get("/api/v1/locks?limit=" + Math.max(1, Math.min(rows, MOST_ROWS))
                + "&sort=" + AdminClient.encoded(sort == null ? "age" : sort)
                + (prefix == null ? "" : "&prefix=" + AdminClient.encoded(prefix)));
        var found = new ArrayList<Map<String, Object>>();
        if (page.get("items") instanceof List<?> items) {
            for (var item : items) {
                var row = new LinkedHashMap<String, Object>();
                if (isOneOfSeveral) {
                    row.put("server", server.name());
                }
                row.putAll(AdminCommand.flat((Map<?, ?>) item));
                found.add(row);
            }
        }
        return found;
    }

    private static void put(Map<String, Object> row, String name, @Nullable Object value) {
        if (value != null) {
            row.put(name, value);
        }
    }

    private static List<String> lines(Shown shown, int most, String head) {
        var lines = new ArrayList<String>();
        if (!head.isEmpty()) {
            lines.add(head);
        }
        lines.addAll(List.of(TextTable.of(shown.servers()).split("\n")));
        lines.addAll(shown.faults());
        lines.add("");
        if (shown.locks().isEmpty()) {
            lines.add("  nobody holds or waits for anything");
        } else {
            int room = Math.max(1, most == Integer.MAX_VALUE ? most : most - lines.size() - 1);
            var locks = shown.locks().subList(0, Math.min(shown.locks().size(), room));
            lines.addAll(List.of(TextTable.of(locks).split("\n")));
        }
        return lines;
    }
}
