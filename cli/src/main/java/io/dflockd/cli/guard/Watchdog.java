package io.dflockd.cli.guard;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small shell that outlives this process, should that be killed, and then kills what came from the command. It holds one
 * end of a pipe, whose other end the kernel closes when this process ends, however it ends. It has a session of its own
 * where there is {@code setsid}, so that what is sent to the group of this process does not reach it.
 */
final class Watchdog implements AutoCloseable {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    /** Reads until the pipe is closed; a line "session N" names what to kill besides what bears the mark. */
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM TSTP TTIN TTOU USR1 USR2
            session= done=
            while read -r word number; do
                case $word in
                    session) session=$number ;;
                    done) done=1 ;;
                esac
            done
            [ -z "$done" ] || exit 0
            [ -z "$session" ] || kill -KILL -- "-$session" 2>/dev/null
            round=0
            while [ $round -lt 30 ]; do
                found=
                for file in $(grep -ls -e "$1" /proc/[0-9]*/environ 2>/dev/null); do
                    file=${file#/proc/}
                    found="$found ${file%/environ}"
                done
                [ -n "$found" ] || exit 0
                kill -KILL $found 2>/dev/null
                round=$((round + 1))
                [ $round -lt 5 ] || sleep 1
            done
            """;

    private final @Nullable Process process;

    private Watchdog(@Nullable Process process) {
        this.process = process;
    }

    /** One that watches over those that bear the mark; where no shell can be started, one that does nothing. */
    static Watchdog over(String mark) {
        var line = new ArrayList<>(setsid());
        line.addAll(List.of("/bin/sh", "-c", SCRIPT, "dflock-watchdog", mark));
        var builder = new ProcessBuilder(line).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        // Of an outer run it is no part: when that is killed, this one still has its work to do.
        builder.environment().remove(Family.VARIABLE);
        try {
            return new Watchdog(builder.start());
        } catch (IOException e) {
            return new Watchdog(null);
        }
    }

    /** The words before a command that give it a session of its own; none where that cannot be had. */
    static List<String> setsid() {
        return Files.isExecutable(SETSID) && !Files.isSymbolicLink(SETSID) ? List.of(SETSID.toString()) : List.of();
    }

    /** The command has this session of its own; 0 when it has ended and the number may be another's. */
    void session(long number) {
        tell(number == 0 ? "session" : "session " + number);
    }

    /** There is nothing left to kill. */
    void standDown() {
        tell("done");
    }

    /** It goes, after it has killed what is left, unless there is nothing. */
    @Override
    public void close() {
        if (process != null) {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                // It is gone already.
            }
        }
    }

    private void tell(String line) {
        if (process == null) {
            return;
        }
        try {
            OutputStream out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            // Somebody killed it. What can be done without it is done.
        }
    }
}
