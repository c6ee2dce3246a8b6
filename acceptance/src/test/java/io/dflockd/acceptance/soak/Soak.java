package io.dflockd.acceptance.soak;

import io.dflockd.acceptance.OwnProcesses;
import io.dflockd.acceptance.ServerProcess;
import io.dflockd.client.connection.Connection;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Starts a server, a witness and the processes of clients, and kills and stops these at random while they work. Ends with
 * status 1 if two clients were ever under one lock at once, a fence did not rise, or the server kept anything.
 *
 * <p>Every other process uses sessions, which share a connection; the rest have a connection for each lock. Arguments:
 * clients, keys, seconds, processes, path of the program {@code dflockd}.
 */
public final class Soak {
    private static final Duration STOPPED = Duration.ofSeconds(8);
    private static final Duration DISTURBED = Duration.ofSeconds(20);
    private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(3);
    private static final int GRACE_SECONDS = 2;

    private final String server;
    private final int keys;
    private final int clientsPerProcess;
    private final long end;
    private final Witness witness = new Witness(DISTURBED.toNanos());
    private final List<Member> members = new ArrayList<>();
    private int started;
    private int killed;
    private int stopped;

    /** A process of clients. */
    private record Member(String name, Process process, int number) {}

    private Soak(String server, int keys, int clientsPerProcess, Duration length) {
        this.server = server;
        this.keys = keys;
        this.clientsPerProcess = clientsPerProcess;
        this.end = System.nanoTime() + length.toNanos();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        OwnProcesses.endWithThis();
        int clients = Integer.parseInt(arguments[0]);
        int processes = Integer.parseInt(arguments[3]);
        boolean clean;
        try (var server = ServerProcess.start(Path.of(arguments[4]))) {
            clean = run(server.address(), clients, Integer.parseInt(arguments[1]), processes,
                    Duration.ofSeconds(Long.parseLong(arguments[2])));
        }
        System.exit(clean ? 0 : 1);
    }

    /** Whether nothing was wrong. */
    public static boolean run(String server, int clients, int keys, int processes, Duration length)
            throws IOException, InterruptedException {
        var soak = new Soak(server, keys, Math.max(1, clients / processes), length);
        try {
            for (int i = 0; i < processes; i++) {
                soak.start(i);
            }
            soak.disturb(new SplittableRandom());
            soak.awaitEnd();
        } finally {
            soak.members.forEach(member -> member.process.destroyForcibly());
        }
        return soak.report();
    }

    private void start(int number) throws IOException {
        long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()));
        var name = "process-" + ++started;
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-Xss256k",
                "-cp",
                System.getProperty("java.class.path"),
                SoakClient.class.getName(),
                server,
                Integer.toString(witness.port()),
                name,
                Integer.toString(clientsPerProcess),
                Integer.toString(keys),
                Long.toString(seconds),
                Integer.toString(number % 2 == 0 ? GRACE_SECONDS : 0));
        var process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
        members.add(new Member(name, process, number));
    }

    private void disturb(SplittableRandom random) throws IOException, InterruptedException {
        while (end - System.nanoTime() > STOPPED.plus(BETWEEN_FAULTS).toNanos()) {
            Thread.sleep(BETWEEN_FAULTS.toMillis());
            var victim = members.get(random.nextInt(members.size()));
            witness.disturbed(victim.name);
            if (random.nextBoolean()) {
                killed++;
                victim.process.destroyForcibly().waitFor();
                members.remove(victim);
                start(victim.number);
            } else {
                stopped++;
                signal("STOP", victim);
                Thread.sleep(STOPPED.toMillis());
                witness.disturbed(victim.name);
                signal("CONT", victim);
            }
        }
    }

    private static void signal(String name, Member member) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(member.process.pid())).start().waitFor();
    }

    private void awaitEnd() throws InterruptedException {
        for (var member : members) {
            long left = end - System.nanoTime() + Duration.ofSeconds(30).toNanos();
            if (!member.process.waitFor(left, TimeUnit.NANOSECONDS)) {
                System.out.println(member.name + " did not end in time");
            }
        }
    }

    private boolean report() throws InterruptedException {
        var violations = witness.violations();
        violations.stream().limit(20).forEach(violation -> System.out.println("VIOLATION " + violation));
        boolean empty = awaitEmpty();
        System.out.println(witness.summary());
        System.out.println(killed + " processes killed, " + stopped + " stopped and woken");
        System.out.println("the server kept " + (empty ? "nothing" : "something: " + stats()));
        return violations.isEmpty() && empty && witness.entries() > 0;
    }

    /** What the last killed processes had goes after the grace. */
    private boolean awaitEmpty() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            if (stats().contains("\"locks\":[],")) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }

    private String stats() throws InterruptedException {
        try (var connection = Connection.dial(server)) {
            return connection.stats();
        }
    }
}
