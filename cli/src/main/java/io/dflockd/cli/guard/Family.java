package io.dflockd.cli.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All processes that come from one command, also those whose parents have ended. On Linux they are known by a mark in the
 * environment that they inherit, and by the session, where the command has one of its own; elsewhere only as descendants.
 * A process that took another environment and another session is not found: it has left the family.
 */
final class Family {
    /** The marks of all commands that this one runs under, from the outermost to the innermost, with blanks between. */
    static final String VARIABLE = "DFLOCK_RUN";
    private static final Path PROC = Path.of("/proc");
    private static final int STATE_FIELD = 0;
    private static final int SESSION_FIELD = 3;
    private static final int TERMINAL_FIELD = 4;

    private final String mark = UUID.randomUUID().toString();
    private boolean ownSession;
    private long first;

    /** For the watchdog, which looks for it, too. */
    String mark() {
        return mark;
    }

    void markIn(Map<String, String> environment) {
        var outer = environment.get(VARIABLE);
        environment.put(VARIABLE, outer == null || outer.isBlank() ? mark : outer + " " + mark);
    }

    /** Tells which process is the first. */
    void beganWith(Process process, boolean hasOwnSession) {
        first = process.pid();
        ownSession = hasOwnSession;
    }

    /** Those who live now, without the first. */
    List<ProcessHandle> others() {
        var descendants = ProcessHandle.of(first).stream().flatMap(ProcessHandle::descendants);
        try (var folders = Files.list(PROC)) {
            var found = folders.filter(this::isMember).toList();
            var members = found.stream()
                    .map(folder -> Long.parseLong(folder.getFileName().toString()))
                    .flatMap(pid -> ProcessHandle.of(pid).stream());
            return Stream.concat(descendants, members).filter(this::isOther).distinct().toList();
        } catch (IOException | IllegalStateException e) {
            return descendants.filter(ProcessHandle::isAlive).toList(); // not Linux
        }
    }

    private boolean isOther(ProcessHandle process) {
        return process.pid() != first && process.pid() != ProcessHandle.current().pid() && process.isAlive()
                && !"Z".equals(field(PROC.resolve(Long.toString(process.pid())), STATE_FIELD));
    }

    private boolean isMember(Path folder) {
        if (!folder.getFileName().toString().chars().allMatch(Character::isDigit)) {
            return false;
        }
        return read(folder.resolve("environ")).contains(mark)
                || (ownSession && Long.toString(first).equals(field(folder, SESSION_FIELD)));
    }

    /** Whether this process has a terminal that controls it. */
    static boolean isAtTerminal() {
        var terminal = field(PROC.resolve("self"), TERMINAL_FIELD);
        return terminal != null && !terminal.equals("0");
    }

    /** Of those after the name, which may hold anything: state, parent, group, session, terminal; null if it has ended. */
    private static @Nullable String field(Path folder, int index) {
        var stat = read(folder.resolve("stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > index ? fields[index] : null;
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or belongs to somebody else
        }
    }
}
