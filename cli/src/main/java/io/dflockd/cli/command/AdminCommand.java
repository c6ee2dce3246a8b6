package io.dflockd.cli.command;

import io.dflockd.cli.call.AdminClient;
import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.call.TextTable;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code admin}: what the operator of a server sees and does, at its admin listener. */
public final class AdminCommand {
    private static final String API = "/api/v1";
    private static final int MOST_ROWS = 100_000;
    private static final int MOST_ROWS_AT_ONCE = 1000;

    private static final Flag PREFIX = Flag.of("prefix", "TEXT", "only keys that begin with this");
    private static final Flag SORT = Flag.of("sort", "ORDER",
            "key, age (held for longest first), wait (waited for longest first), waiters (most first), heat (wanted most often"
                    + " of late first) or lease (ends soonest first) (key)");
    private static final Flag STATE = Flag.of("state", "STATE",
            "held, contended (somebody waits) or idle (nobody does either) (held or waited for)");
    private static final Flag KINDS = Flag.of("kinds", "KINDS",
            "only these, with commas between them: granted, queued, left, released, expired, revoked, session_ended, or a change such"
                    + " as kset");
    private static final Flag KIND = Flag.of("kind", "KIND", "only lock, semaphore, read_write or election");
    private static final Flag HOLDER = Flag.of("holder", "NAME", "only what is held by a client whose name begins so");
    private static final Flag PRINCIPAL = Flag.of("principal", "NAME", "only what is held by this identity");
    private static final Flag MIN_AGE = Flag.of("min-age", "SECONDS", "only what is held for at least so long");
    private static final Flag MIN_WAITERS = Flag.of("min-waiters", "N", "only what so many wait for");
    private static final Flag LIMIT = Flag.of("limit", "N", "show at most so many (100)");
    private static final Flag FENCE = Flag.of("fence", "N", "the fence of the hold, as admin lock shows it");
    private static final Flag BASE64 = Flag.of("base64",
            "KEY is in Base64, as key_b64 of --json shows one that is no text");
    private static final Flag ALL = Flag.of("all", "each hold that the key has now, as of a semaphore");
    static final Flag REASON = Flag.of("reason", "TEXT", "why, for the audit log");

    private AdminCommand() {}

    public static List<Command> all() {
        return List.of(
                command("admin status", "", "show how a server is",
                        """
                                Prints version and mode, whether the server is ready, its limits and how much of them is used, and \
                                how many there are of everything. In a cluster also who leads.""",
                        List.of(), AdminCommand::status),
                command("admin locks", "", "find locks, semaphores, read-write locks and elections",
                        """
                                Prints those that somebody holds or waits for: who has held them for how long, the fence, the rest of \
                                the lease, how many wait and since when. Of a semaphore the oldest hold is shown. The longest held \
                                ones come first with --sort age. Walks over all keys, a piece at a time, so that nobody waits for it.""",
                        List.of(PREFIX, SORT, STATE, KIND, HOLDER, PRINCIPAL, MIN_AGE, MIN_WAITERS, LIMIT),
                        AdminCommand::locks),
                command("admin lock", "KEY", "show who holds a key and who waits for it",
                        """
                                Prints the holders with names, addresses, identities, sessions, fences and leases, and who waits, in \
                                order. Exit status 1 if nobody does either.""",
                        List.of(LIMIT, BASE64), AdminCommand::lock),
                command("admin release", "KEY", "end one hold of a key, or all",
                        """
                                Ends the hold that has this fence, or with --all those that the key has at this moment, so that the next gets the key; its holder is told that it is lost. \
                                Needs the token of administrators. Exit status 70 if the hold has ended meanwhile: then nobody else's \
                                was ended; with --all, if there was none any more. The reason goes into the audit log.""",
                        List.of(FENCE, ALL, REASON, BASE64), AdminCommand::release),
                command("admin sessions", "", "show sessions and what they have",
                        """
                                Prints sessions that hold something, wait for something or outlive their connection: the client, \
                                whether it is connected or away and for how long it may stay so, and how much it has.""",
                        List.of(LIMIT), AdminCommand::sessions),
                command("admin connections", "", "show connections",
                        """
                                Prints the connections of clients: who and where from, since when, for which session, whether by TLS, \
                                what they wait for, and how many bytes went each way.""",
                        List.of(LIMIT), AdminCommand::connections),
                data("values", "values, without what is in them", "how large they are and for how long they stay"),
                data("counters", "counters, without their numbers", "since when nobody has written them"),
                data("lists", "lists, without what is in them",
                        "how many values they have, how large these are, who waits"),
                data("barriers", "barriers that somebody waits at", "how many have come and how many must"),
                data("channels", "channels that somebody listens to", "how many listeners and groups they have"),
                command("admin events", "", "show what happens, while it does",
                        """
                                Prints a line for each grant, wait, release, expiry and change of a value from now on, until it is \
                                interrupted: the time, the kind, the key, the fence and the session. What came faster than it could be \
                                told is said to be missing. Exit status 69 when the server ends it.""",
                        List.of(PREFIX, KINDS), AdminCommand::events),
                command("admin end", "session|connection N", "end a session or a connection",
                        """
                                Ends the session of this number with all that it holds, or only a connection: a session that outlives \
                                it goes on. Needs the token of administrators. Exit status 1 if there is none. The reason goes into the \
                                audit log.""",
                        List.of(REASON), AdminCommand::end));
    }

    interface Action {
        int run(AdminClient admin, Call call)
                throws AdminClient.RefusedException, InterruptedException, IOException;
    }

    static Command command(
            String name, String operands, String summary, String details, List<Flag> flags, Action action) {
        var all = Stream.concat(flags.stream(), AdminClient.FLAGS.stream()).toList();
        return new Command(name, operands, summary, details, all, call -> {
            try {
                return action.run(AdminClient.of(call), call);
            } catch (AdminClient.RefusedException e) {
                call.warn(String.valueOf(e.getMessage()));
                return e.exit().status();
            }
        });
    }

    private static int status(AdminClient admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        var status = admin.get(API + "/status");
        call.out().line(text(status), status);
        return Exit.OK.status();
    }

    private static int locks(AdminClient admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        var query = new LinkedHashMap<String, @Nullable String>();
        query.put("prefix", call.arguments().value(PREFIX));
        query.put("sort", call.arguments().value(SORT));
        query.put("state", call.arguments().value(STATE));
        query.put("kind", call.arguments().value(KIND));
        query.put("holder", call.arguments().value(HOLDER));
        query.put("principal", call.arguments().value(PRINCIPAL));
        query.put("min_age", call.arguments().value(MIN_AGE));
        query.put("min_waiters", call.arguments().value(MIN_WAITERS));
        return list(admin, call, "/locks", query, "there are no such locks",
                row -> flat(row, "heat".equals(query.get("sort"))));
    }

    /** The holder's fields beside the lock's own. */
    static Map<String, Object> flat(Map<?, ?> row) {
        return flat(row, false);
    }

    private static Map<String, Object> flat(Map<?, ?> row, boolean withHeat) {
        var flat = new LinkedHashMap<String, Object>();
        for (var name : List.of("key", "kind", "limit", "holders")) {
            put(flat, name, row.get(name));
        }
        if (row.get("holder") instanceof Map<?, ?> holder) {
            put(flat, "client", holder.get("client"));
            put(flat, "peer", holder.get("peer"));
            put(flat, "principal", "".equals(holder.get("principal")) ? null : holder.get("principal"));
            for (var name : List.of("fence", "held_s", "lease_left_s")) {
                put(flat, name, holder.get(name));
            }
        }
        put(flat, "waiters", row.get("waiters"));
        put(flat, "longest_wait_s", row.get("longest_wait_s"));
        put(flat, "heat", withHeat ? row.get("heat") : null);
        return flat;
    }

    private static void put(Map<String, Object> row, String name, @Nullable Object value) {
        if (value != null) {
            row.put(name, value);
        }
    }

    private static int sessions(AdminClient admin, Call call)
            throws AdminClient.RefusedException, InterruptedException {
        return list(admin, call, "/sessions", new LinkedHashMap<>(), "there are no sessions", AdminCommand::brief);
    }

    private static int connections(AdminClient admin, Call call)
            throws AdminClient.RefusedException, InterruptedException {
        return list(admin, call, "/connections", new LinkedHashMap<>(), "there are no connections",
                AdminCommand::brief);
    }

    private static Map<String, Object> plain(Map<?, ?> row) {
        var plain = new LinkedHashMap<String, Object>();
        row.forEach((name, value) -> put(plain, String.valueOf(name), value));
        return plain;
    }

    /** Without what another column says too, and without the identity where there is none. */
    private static Map<String, Object> brief(Map<?, ?> row) {
        var brief = plain(row);
        brief.remove("since");
        brief.remove("principal", "");
        return brief;
    }

    private static Command data(String kind, String summary, String what) {
        return command("admin " + kind, "", "show " + summary,
                "Prints their names and " + what
                        + ". Walks over all of them, a piece at a time, so that nobody waits for it.",
                List.of(PREFIX, LIMIT), (admin, call) -> {
                    var query = new LinkedHashMap<String, @Nullable String>();
                    query.put("prefix", call.arguments().value(PREFIX));
                    return list(admin, call, "/" + kind, query, "there are no such " + kind, AdminCommand::plain);
                });
    }

    private interface Row {
        Map<String, Object> of(Map<?, ?> item);
    }

    /** As many pages as it takes. */
    private static int list(
            AdminClient admin, Call call, String path, Map<String, @Nullable String> query, String nothing, Row row)
            throws AdminClient.RefusedException, InterruptedException {
        int limit = call.arguments().number(LIMIT, 1, MOST_ROWS, 100);
        var items = new ArrayList<Map<?, ?>>();
        @Nullable Object next = null;
        Map<String, Object> page;
        do {
            query.put("limit", Integer.toString(Math.min(limit - items.size(), MOST_ROWS_AT_ONCE)));
            query.put("after", next == null ? null : next.toString());
            page = admin.get(API + path + query(query));
            if (page.get("items") instanceof List<?> found) {
                found.forEach(item -> items.add((Map<?, ?>) item));
            }
            next = page.get("next");
        } while (next != null && items.size() < limit);
        if (call.out().isJson()) {
            items.forEach(item -> call.out().json(plain(item)));
        } else if (items.isEmpty()) {
            call.out().line(nothing);
        } else {
            call.out().line(TextTable.of(items.stream().map(row::of).toList()));
            if (page.get("total") instanceof Number total && total.longValue() > items.size()) {
                call.out().line("\n" + items.size() + " of " + total + "; --limit shows more");
            }
        }
        return items.isEmpty() ? Exit.NOTHING.status() : Exit.OK.status();
    }

    private static String query(Map<String, @Nullable String> parameters) {
        return parameters.entrySet()
                .stream()
                .filter(each -> each.getValue() != null)
                .map(each -> each.getKey() + '=' + AdminClient.encoded(String.valueOf(each.getValue())))
                .collect(Collectors.joining("&", "?", ""));
    }

    private static int lock(AdminClient admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        int limit = call.arguments().number(LIMIT, 1, MOST_ROWS_AT_ONCE, 100);
        var lock = admin.get(API + "/locks/" + key(call) + "?limit=" + limit);
        var told = new LinkedHashMap<String, Object>();
        lock.forEach((name, value) -> told.put(name, value instanceof List<?> rows
                ? rows.stream().map(row -> brief((Map<?, ?>) row)).toList()
                : value));
        call.out().line(text(told), lock);
        return Exit.OK.status();
    }

    private static int release(AdminClient admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        boolean isOne = call.arguments().has(FENCE);
        if (isOne == call.arguments().has(ALL)) {
            throw new UsageException(isOne
                    ? "admin release: --fence and --all exclude each other"
                    : "admin release: --fence is missing; admin lock shows it, and --all stands for each");
        }
        var path = API + "/locks/" + key(call);
        var reason = reason(call);
        if (isOne) {
            var answer = admin.send("POST", path + "/release",
                    Call.object("fence", call.arguments().number(FENCE, 1, 0), "reason", reason));
            call.out().line("released", answer);
            return Exit.OK.status();
        }
        return releaseAll(admin, call, path, reason);
    }

    /** By their fences, so that nobody loses what it gets meanwhile. */
    private static int releaseAll(AdminClient admin, Call call, String path, String reason)
            throws AdminClient.RefusedException, InterruptedException {
        Map<String, Object> lock;
        try {
            lock = admin.get(path + "?limit=" + MOST_ROWS_AT_ONCE);
        } catch (AdminClient.RefusedException e) {
            throw e.exit() == Exit.NOTHING ? new AdminClient.RefusedException(Exit.REFUSED, "nobody holds that") : e;
        }
        var holders = lock.get("holders") instanceof List<?> some ? some : List.of();
        int released = 0;
        for (var holder : holders) {
            try {
                var unused = admin.send("POST", path + "/release",
                        Call.object("fence", ((Map<?, ?>) holder).get("fence"), "reason", reason));
                released++;
            } catch (AdminClient.RefusedException e) {
                if (e.exit() != Exit.REFUSED) {
                    throw e;
                }
                call.warn(String.valueOf(e.getMessage())); // that one has ended by itself
            }
        }
        if (lock.get("holder_count") instanceof Number count && count.intValue() > holders.size()) {
            call.warn("there are " + (count.intValue() - holders.size()) + " more; the command can be repeated");
        }
        call.out().line("released " + released, Call.object("released", released));
        return released == 0 ? Exit.REFUSED.status() : Exit.OK.status();
    }

    private static int events(AdminClient admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        var query = new LinkedHashMap<String, @Nullable String>();
        query.put("prefix", call.arguments().value(PREFIX));
        query.put("kinds", call.arguments().value(KINDS));
        admin.stream(API + "/events" + query(query), (name, data) -> {
            if (name.equals("gap")) {
                call.warn(
                        TextTable.cell(data.getOrDefault("missed", "some")) + " events came too fast and are missing");
            } else {
                call.out().line(event(data), data);
            }
        });
        return Exit.UNREACHABLE.status();
    }

    private static String event(Map<String, Object> data) {
        var line = new StringBuilder();
        for (var name : List.of("at", "kind", "key")) {
            line.append(line.isEmpty() ? "" : " ").append(TextTable.cell(data.getOrDefault(name, "")));
        }
        for (var name : List.of("fence", "session")) {
            if (data.get(name) instanceof Number number && number.longValue() > 0) {
                line.append(' ').append(name).append(' ').append(TextTable.cell(number));
            }
        }
        return line.toString();
    }

    private static int end(AdminClient admin, Call call) throws AdminClient.RefusedException, InterruptedException {
        var what = call.operand(0);
        if (!what.equals("session") && !what.equals("connection")) {
            throw new UsageException("admin end: '" + what + "' is not valid; valid is session or connection");
        }
        long number = call.arguments().number(1, "N", 1);
        var answer = admin.send("DELETE", API + "/" + what + "s/" + number, Call.object("reason", reason(call)));
        call.out().line("ended", answer);
        return Exit.OK.status();
    }

    /** As a part of a path. */
    private static String key(Call call) {
        var key = call.operand(0);
        if (!call.arguments().has(BASE64)) {
            return AdminClient.encoded(key);
        }
        try {
            var path = new StringBuilder();
            for (byte octet : Base64.getDecoder().decode(key)) {
                path.append("%%%02X".formatted(octet));
            }
            return path.toString();
        } catch (IllegalArgumentException e) {
            throw new UsageException("KEY is '" + key + "'; with --base64 valid is a key in Base64");
        }
    }

    private static String reason(Call call) {
        var reason = call.arguments().value(REASON);
        if (reason == null || reason.isBlank()) {
            throw new UsageException("--reason is missing; it goes into the audit log");
        }
        return reason;
    }

    /** What is one thing in one line, what is several in a line each, and a table for each list. */
    static String text(Map<String, Object> answer) {
        var line = fields(answer);
        var objects = answer.entrySet()
                .stream()
                .filter(field -> field.getValue() instanceof Map)
                .map(field -> "\n" + words(field.getKey()) + ": " + fields(plain((Map<?, ?>) field.getValue())))
                .collect(Collectors.joining());
        var tables = answer.entrySet()
                .stream()
                .filter(field -> field.getValue() instanceof List<?> rows && !rows.isEmpty())
                .map(field -> "\n\n" + words(field.getKey()) + "\n" + TextTable.of((List<?>) field.getValue()))
                .collect(Collectors.joining());
        return line + objects + tables;
    }

    private static String fields(Map<String, Object> object) {
        return object.entrySet()
                .stream()
                .filter(field -> !(field.getValue() instanceof List<?>) && !(field.getValue() instanceof Map<?, ?>))
                .map(field -> words(field.getKey()) + " " + TextTable.cell(field.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }
}
