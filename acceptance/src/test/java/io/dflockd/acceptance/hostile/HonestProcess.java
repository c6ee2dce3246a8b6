package io.dflockd.acceptance.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process in which honest clients live, one after another, so that what an attack costs the attacker's own process is not
 * measured. It is told {@code begin PORT PROCESS TOKEN}, {@code pairs N} and {@code end} on its standard input, and answers each
 * with a line.
 */
final class HonestProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    HonestProcess() {
        try {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                    HonestProcess.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Returns once the client has its hold. An empty token is none. */
    void begin(InetSocketAddress server, Process of, String token) {
        ask("begin " + server.getPort() + " " + of.pid() + " " + token);
    }

    /** Waits until the client has done so many more pairs, or failed. */
    void awaitPairs(int more) {
        ask("pairs " + more);
    }

    Report end() {
        return Report.read(ask("end"));
    }

    private String ask(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            var answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException("the process of the honest client ended");
            }
            if (answer.startsWith("! ")) {
                throw new AssertionError(answer.substring(2));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws IOException {
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        HonestClient client = null;
        for (var order = orders.readLine(); order != null; order = orders.readLine()) {
            var words = order.split(" ", 4);
            try {
                if (words[0].equals("begin")) {
                    var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[1]));
                    client = HonestClient.begin(server, Long.parseLong(words[2]), words[3]);
                    System.out.println("begun");
                } else if (words[0].equals("pairs") && client != null) {
                    client.awaitPairs(Integer.parseInt(words[1]));
                    System.out.println("done");
                } else if (client != null) {
                    System.out.println(client.end().written());
                }
            } catch (AssertionError e) {
                System.out.println("! " + e.getMessage());
            }
        }
    }
}
