package io.dflockd.acceptance.soak;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.DflockdException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** One process of many clients. Arguments: server, witness port, process name, clients, keys, seconds, grace in seconds. */
public final class SoakClient {
    private static final Duration LEASE = Duration.ofSeconds(6);

    private final DflockdClient client;
    private final int witnessPort;
    private final String name;
    private final int keys;
    private final long end;

    private SoakClient(DflockdClient client, int witnessPort, String name, int keys, long end) {
        this.client = client;
        this.witnessPort = witnessPort;
        this.name = name;
        this.keys = keys;
        this.end = end;
    }

    public static void main(String[] arguments) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[5])).toNanos();
        try (var client = DflockdClient.builder()
                .server(arguments[0])
                .leaseTtl(LEASE)
                .sessionGrace(Duration.ofSeconds(Long.parseLong(arguments[6])))
                .build()) {
            var soak = new SoakClient(client, Integer.parseInt(arguments[1]), arguments[2],
                    Integer.parseInt(arguments[4]), end);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                threads.add(new Thread(soak::run, "client-" + i));
            }
            threads.forEach(Thread::start);
            for (var thread : threads) {
                thread.join();
            }
        }
    }

    private void run() {
        while (System.nanoTime() < end) {
            try (var witness = new Socket(InetAddress.getLoopbackAddress(), witnessPort)) {
                witness.setTcpNoDelay(true);
                var answers = new BufferedReader(
                        new InputStreamReader(witness.getInputStream(), StandardCharsets.US_ASCII));
                while (System.nanoTime() < end) {
                    takeTurn(witness, answers);
                }
            } catch (IOException | DflockdException e) {
                // A break of any connection; the next round begins anew.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void takeTurn(Socket witness, BufferedReader answers) throws IOException, InterruptedException {
        var key = "soak/" + ThreadLocalRandom.current().nextInt(keys);
        var lease = client.lock(key).tryAcquire(Duration.ofSeconds(10));
        if (lease.isEmpty()) {
            return;
        }
        try (var held = lease.get()) {
            if (held.isValid()) {
                ask("enter", key, held.fence(), witness, answers);
                ask("leave", key, held.fence(), witness, answers);
            }
        }
    }

    private void ask(String verb, String key, long fence, Socket witness, BufferedReader answers) throws IOException {
        var line = verb + " " + name + " " + key + " " + fence + "\n";
        witness.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        if (answers.readLine() == null) {
            throw new IOException("the witness is gone");
        }
    }
}
