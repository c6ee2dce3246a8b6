package io.dflockd.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A test server in a process of its own, for tests that run on an older Java than it does. It listens to its input: after
 * {@code restart} it knows nothing any more, and it ends with the input, so that it outlives no test. Each start is a line of
 * its output, {@code dflockd-test-server started PORT ADMIN_PORT}, or {@code dflockd-test-server refused WHY}.
 */
public final class TestServerMain {
    private static final String MARK = "dflockd-test-server ";

    private TestServerMain() {}

    /** Takes the arguments of {@link DflockdTestServer#start(String...)}, {@code --admin-port} among them. */
    public static void main(String[] arguments) throws IOException {
        try (var server = DflockdTestServer.start(arguments);
                var wishes = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            tellStarted(server);
            for (var wish = wishes.readLine(); wish != null; wish = wishes.readLine()) {
                if (wish.equals("restart")) {
                    server.restart();
                    tellStarted(server);
                }
            }
        } catch (RuntimeException e) {
            System.out.println(MARK + "refused " + String.valueOf(e.getMessage()).replace('\n', ' '));
            System.out.flush();
        }
    }

    private static void tellStarted(DflockdTestServer server) {
        System.out.println(MARK + "started " + server.port() + " "
                + server.adminAddress().map(address -> Integer.toString(address.getPort())).orElse("off"));
        System.out.flush();
    }
}
