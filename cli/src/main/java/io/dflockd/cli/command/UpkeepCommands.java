package io.dflockd.cli.command;

import io.dflockd.cli.call.AdminClient;
import io.dflockd.cli.call.AdminNode;
import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the operator of a server has done to it as a whole. */
public final class UpkeepCommands {
    private static final String DRAIN = "/api/v1/drain";
    private static final String LOG_LEVEL = "/api/v1/log-level";
    private static final long LONGEST_DRAIN_SECONDS = Duration.ofDays(7).toSeconds();
    private static final long LONGEST_LEVEL_SECONDS = Duration.ofDays(1).toSeconds();
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int MOST_SILENT_LOOKS = 10;
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})([smhd]?)");

    private static final Flag WAIT = Flag.of("wait", "wait until it is empty");
    private static final Flag DEADLINE = Flag.of("deadline", "SECONDS",
            "by when it should be empty: then it says in its log what is left, and --wait ends");
    private static final Flag UNDO = Flag.of("undo", "take all again");
    private static final Flag EVERY = Flag.of("all", "each setting, also what is as it is by default");
    private static final Flag FOR = Flag.of("for", "TIME", "how long, as in 90, 10m or 2h; at most a day (10m)");

    private UpkeepCommands() {}

    public static List<Command> all() {
        return List.of(
                AdminCommand.command("admin drain", "", "have a server take nothing new, before it is stopped",
                        """
                                The server takes no new holds, places in queues and sessions; renewals, releases, reads and sessions \
                                that were there go on, and it says that it is not ready. A member of a cluster hands the lead on and \
                                lets no new clients in; --admin names that one alone. With --wait prints what is left until nothing is; exit status 75 if that is \
                                not before the deadline. It stays drained until --undo or a restart. Needs the right to drain.""",
                        List.of(WAIT, DEADLINE, AdminCommand.REASON, UNDO),
                        (unused, call) -> drain(AdminClient.only(call, "admin drain"), call)),
                AdminCommand.command("admin reload", "", "have a server read its files again",
                        """
                                Identities and certificates are read again, as on SIGHUP, and the file of the audit log is opened \
                                anew. Prints what changed. Where a file cannot be used, says which and in which line, all stays as it \
                                was, and the exit status is 70. Of several nodes each is asked, and what one says does not keep the next \
                                from being asked. Needs the right to reload.""",
                        List.of(), (unused, call) -> onEach(call, UpkeepCommands::changes,
                                node -> node.send("POST", "/api/v1/reload", Map.of()))),
                AdminCommand.command("admin log-level", "LOGGER LEVEL",
                        "have a part of a server log more or less for a while",
                        """
                                The part is named as it logs, such as io.dflockd or io.dflockd.transport; the level is off, error, \
                                warn, info, debug or trace. It goes back by itself; of several wishes the last one counts. Prints what \
                                is other than usual. Of several nodes each is asked. Needs the right to reload.""",
                        List.of(FOR), (unused, call) -> logLevels(call)),
                AdminCommand.command("admin settings", "", "show how a server is set",
                        """
                                Prints each setting that is not as it is by default (with --all each): as it was written, what is in \
                                force, from where that is, and how another value comes into force: by a restart, because its file is \
                                read again, or by cluster set. Of secrets only whether there is one. Then the certificates that the \
                                server shows, with the days until their ends. Of several nodes the first that can be reached tells \
                                of itself.""",
                        List.of(EVERY), UpkeepCommands::settings),
                AdminCommand.command("admin snapshot", "FILE", "write a copy of a server's state",
                        """
                                A server that is started with --restore FILE begins with it. The file has its name when it is whole \
                                and its checksum is right; of several nodes the first that can be reached makes it. What it replaces is there until then. It holds tokens, so only its owner \
                                can read it. Needs the right to back up.""",
                        List.of(AdminCommand.REASON), UpkeepCommands::snapshot));
    }

    private static int settings(AdminClient admin, Call call)
            throws AdminClient.RefusedException, InterruptedException {
        var answer = admin.get("/api/v1/settings");
        boolean isEach = call.arguments().has(EVERY);
        var told = new LinkedHashMap<String, Object>();
        told.put("settings", rows(answer, "settings").filter(row -> isEach || !"default".equals(row.get("source")))
                .map(row -> told(row, "name", "value", "in_force", "source", "changes"))
                .toList());
        told.put("certificates", rows(answer, "certificates").map(UpkeepCommands::certificate).toList());
        var text = AdminCommand.text(told).strip();
        call.out().line(text.isEmpty() ? "all is as it is by default" : text, answer);
        return Exit.OK.status();
    }

    private static Stream<Map<?, ?>> rows(Map<String, Object> answer, String name) {
        return answer.get(name) instanceof List<?> rows ? rows.stream().map(row -> (Map<?, ?>) row) : Stream.empty();
    }

    private static Map<String, Object> told(Map<?, ?> row, String... names) {
        var told = new LinkedHashMap<String, Object>();
        for (var name : names) {
            told.put(name, String.valueOf(row.get(name)));
        }
        return told;
    }

    private static Map<String, Object> certificate(Map<?, ?> row) {
        var told = told(row, "listener", "subject", "not_after");
        if (row.get("left_s") instanceof Number left) {
            told.put("days_left", Math.floorDiv(left.longValue(), Duration.ofDays(1).toSeconds()));
        }
        return told;
    }

    private static int drain(AdminNode admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        var reason = call.arguments().value(AdminCommand.REASON);
        if (call.arguments().has(UNDO)) {
            if (call.arguments().has(WAIT) || call.arguments().has(DEADLINE)) {
                throw new UsageException("admin drain: --undo goes with neither --wait nor --deadline");
            }
            var answer = admin.send("DELETE", DRAIN, reason == null ? Map.of() : Map.of("reason", reason));
            call.out().line("takes all again", answer);
            return Exit.OK.status();
        }
        @Nullable Duration deadline = call.arguments().wholeSeconds(DEADLINE);
        if (deadline != null && (deadline.toSeconds() < 1 || deadline.toSeconds() > LONGEST_DRAIN_SECONDS)) {
            throw new UsageException("--deadline is '" + call.arguments().value(DEADLINE)
                    + "'; valid is a number of seconds from 1 to " + LONGEST_DRAIN_SECONDS);
        }
        var body = Call.object("reason", reason == null ? "no reason given" : reason);
        if (deadline != null) {
            body.put("deadline_s", deadline.toSeconds());
        }
        var answer = admin.send("POST", DRAIN, body);
        long endsAt = deadline == null ? Long.MAX_VALUE : System.nanoTime() + deadline.toNanos();
        var said = said(answer);
        call.out().line("drained: " + said, answer);
        return call.arguments().has(WAIT) ? awaitEmpty(admin, call, endsAt, said) : Exit.OK.status();
    }

    /** A server that is too busy to answer for a moment is asked again. */
    private static int awaitEmpty(AdminNode admin, Call call, long endsAt, String saidBefore)
            throws AdminClient.RefusedException, InterruptedException {
        var said = saidBefore;
        int silent = 0;
        while (true) {
            try {
                var status = admin.get("/api/v1/status");
                silent = 0;
                if (!(status.get("drain") instanceof Map<?, ?> drain)) {
                    call.warn("somebody has the server take all again");
                    return Exit.REFUSED.status();
                }
                if (!said(status).equals(said)) {
                    said = said(status);
                    call.out().line("left: " + said, status);
                }
                if (drain.get("left") instanceof Number left && left.longValue() == 0) {
                    call.out().line("empty", Call.object("empty", true));
                    return Exit.OK.status();
                }
            } catch (AdminClient.RefusedException e) {
                if (e.exit() != Exit.UNREACHABLE || ++silent == MOST_SILENT_LOOKS) {
                    throw e;
                }
            }
            if (System.nanoTime() - endsAt >= 0 && endsAt != Long.MAX_VALUE) {
                call.warn("not empty in time, it stays drained: " + said);
                return Exit.NOT_GRANTED.status();
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(BETWEEN_LOOKS.toNanos(),
                    endsAt == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(1, endsAt - System.nanoTime())));
        }
    }

    private static String said(Map<String, Object> answer) {
        if (!(answer.get("drain") instanceof Map<?, ?> drain)) {
            return "";
        }
        return List.of("holds", "waiters", "connections")
                .stream()
                .map(name -> drain.get(name) + " " + name)
                .collect(Collectors.joining(", "));
    }

    private interface Asking {
        Map<String, Object> ask(AdminNode node) throws AdminClient.RefusedException, InterruptedException;
    }

    /** Each says what it did, and by its name where there are several. Returns the exit status of the first that failed. */
    private static int onEach(Call call, Function<Map<String, Object>, String> text, Asking asking)
            throws InterruptedException {
        var nodes = AdminClient.each(call);
        var exit = Exit.OK;
        for (var node : nodes) {
            var before = nodes.size() == 1 ? "" : node.name() + ": ";
            try {
                var answer = asking.ask(node);
                call.out().line(before + text.apply(answer), nodes.size() == 1 ? answer : named(node, answer));
            } catch (AdminClient.RefusedException e) {
                call.warn(before + e.getMessage());
                exit = exit == Exit.OK ? e.exit() : exit;
            }
        }
        return exit.status();
    }

    private static Map<String, Object> named(AdminNode node, Map<String, Object> answer) {
        var named = Call.object("server", node.name());
        named.putAll(answer);
        return named;
    }

    private static String changes(Map<String, Object> answer) {
        if (!Boolean.TRUE.equals(answer.get("changed"))) {
            return "read again, nothing changed";
        }
        var text = new StringBuilder("read again");
        if (answer.get("identities") instanceof Map<?, ?> identities) {
            for (var what : List.of("added", "removed", "changed")) {
                if (identities.get(what) instanceof List<?> names && !names.isEmpty()) {
                    text.append("\nidentities ")
                            .append(what)
                            .append(": ")
                            .append(names.stream()
                                    .map(one -> String.valueOf(((Map<?, ?>) one).get("name")))
                                    .collect(Collectors.joining(", ")));
                }
            }
        }
        if (Boolean.TRUE.equals(answer.get("certificates"))) {
            text.append("\ncertificate changed");
        }
        return text.toString();
    }

    private static int logLevels(Call call) throws InterruptedException {
        var time = call.arguments().value(FOR);
        var wish = Call.object(
                "logger", call.operand(0), "level", call.operand(1).toLowerCase(Locale.ROOT), "for_s",
                seconds(time == null ? "10m" : time));
        return onEach(call, AdminCommand::text, node -> node.send("PUT", LOG_LEVEL, wish));
    }

    private static long seconds(String text) {
        var time = TIME.matcher(text);
        if (time.matches()) {
            long unit = switch (time.group(2)) {
                case "m" -> 60;
                case "h" -> 3600;
                case "d" -> 86_400;
                default -> 1;
            };
            long seconds = Long.parseLong(time.group(1)) * unit;
            if (seconds >= 1 && seconds <= LONGEST_LEVEL_SECONDS) {
                return seconds;
            }
        }
        throw new UsageException("--for is '" + text + "'; valid is a time from 1 to 24h, as in 90, 10m or 2h");
    }

    private static int snapshot(AdminClient admin, Call call)
            throws AdminClient.RefusedException, InterruptedException, IOException {
        var file = file(call.operand(0));
        var reason = call.arguments().value(AdminCommand.REASON);
        try {
            var done = admin.download("/api/v1/snapshot", reason == null ? Map.of() : Map.of("reason", reason), file);
            var sum = done.sha256();
            call.out()
                    .line(file + ": " + done.bytes() + " bytes, sha256 " + sum,
                            Call.object("file", file.toString(), "bytes", done.bytes(), "sha256", sum));
            return Exit.OK.status();
        } catch (IOException e) {
            call.warn("cannot write " + file + ": " + e.getMessage());
            return Exit.WRITE_FAILED.status();
        }
    }

    private static Path file(String name) {
        try {
            var file = Path.of(name);
            var folder = file.toAbsolutePath().getParent();
            if (file.getFileName() == null || Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
                throw new UsageException(
                        "admin snapshot: '" + name + "' is not valid; valid is a file in a folder that is there");
            }
            return file;
        } catch (InvalidPathException e) {
            throw new UsageException("admin snapshot: '" + name + "' is not valid: " + e.getMessage());
        }
    }
}
