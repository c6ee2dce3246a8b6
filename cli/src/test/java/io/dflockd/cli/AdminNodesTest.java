package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dflock admin} with the admin listeners of several nodes. */
class AdminNodesTest {
    private static final String NOT_LEADER = """
            {"code":"not_leader","detail":"this is answered by the node that leads, n2"}""";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<HttpServer> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.stop(0));
    }

    /** A node that answers everything so. Returns its address. */
    private String node(int status, String body, AtomicInteger asked) throws IOException {
        var node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            asked.incrementAndGet();
            if (status == 0) {
                exchange.close(); // the answer is lost
                return;
            }
            var bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        node.start();
        nodes.add(node);
        return "127.0.0.1:" + node.getAddress().getPort();
    }

    private String deadNode() throws IOException {
        var address = node(200, "{}", new AtomicInteger());
        nodes.removeLast().stop(0);
        return address;
    }

    private int run(String... arguments) {
        return new Dflock(CommandTable.standard(), Map.of("PATH", "/usr/bin:/bin"), new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8)).run(List.of(arguments));
    }

    @Test
    void theOneThatLeadsAnswersWhicheverIsNamedFirst() throws IOException {
        var ofFollower = new AtomicInteger();
        var ofLeader = new AtomicInteger();
        var addresses = String.join(",", deadNode(), node(503, NOT_LEADER, ofFollower),
                node(200, "{\"done\":true}", ofLeader));

        assertThat(run("admin", "release", "k", "--fence", "7", "--reason", "x", "--admin", addresses)).isZero();

        assertThat(ofFollower).hasValue(1);
        assertThat(ofLeader).hasValue(1);
        assertThat(err.toString(UTF_8)).as("who does not lead is no news").isEmpty();
    }

    private String member(String name, String role, AtomicInteger askedForLocks) throws IOException {
        var address = node(200, "{\"ready\":true,\"node\":\"%s\",\"role\":\"%s\",\"leader\":\"n2\"}"
                .formatted(name, role), new AtomicInteger());
        nodes.getLast().createContext("/api/v1/locks", exchange -> {
            askedForLocks.incrementAndGet();
            var bytes = "{\"items\":[{\"key\":\"jobs/nightly\",\"kind\":\"lock\"}]}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        return address;
    }

    @Test
    void topShowsTheLocksOfAClusterOnce() throws IOException {
        var askedOfFollowers = new AtomicInteger();
        var askedOfLeader = new AtomicInteger();
        var first = member("n1", "follower", askedOfFollowers);
        var last = member("n3", "follower", askedOfFollowers);

        assertThat(run("admin", "top", "--admin", first)).isZero();
        assertThat(out.toString(UTF_8)).contains("jobs/nightly");
        assertThat(run("admin", "top", "--admin", first + "," + last)).isZero();
        assertThat(askedOfFollowers).as("one of them, each time").hasValue(2);

        var leader = member("n2", "leader", askedOfLeader);
        assertThat(run("admin", "top", "--admin", first + "," + leader + "," + last)).isZero();
        assertThat(askedOfLeader).hasValue(1);
        assertThat(askedOfFollowers).hasValue(2);
        assertThat(out.toString(UTF_8).split("jobs/nightly", -1)).hasSize(4);
    }

    @Test
    void whereNobodyLeadsTheFirstSaysWhy() throws IOException {
        var asked = new AtomicInteger();
        var addresses = node(503, NOT_LEADER, asked) + "," + deadNode();

        assertThat(run("admin", "locks", "--admin", addresses)).isEqualTo(69);

        assertThat(err.toString(UTF_8)).contains("this is answered by the node that leads, n2");
    }

    /** It may have been done there, and must not be done again. */
    @Test
    void aChangeWhoseAnswerIsLostIsAskedOfNobodyElse() throws IOException {
        var ofFirst = new AtomicInteger();
        var ofSecond = new AtomicInteger();
        var addresses = node(0, "", ofFirst) + "," + node(200, "{\"done\":true}", ofSecond);

        assertThat(run("admin", "release", "k", "--fence", "7", "--reason", "x", "--admin", addresses)).isEqualTo(69);

        assertThat(ofFirst).hasPositiveValue();
        assertThat(ofSecond).hasValue(0);
    }

    @Test
    void anotherRefusalIsNotAskedAround() throws IOException {
        var ofSecond = new AtomicInteger();
        var addresses = node(503, "{\"code\":\"busy\",\"detail\":\"others wait\"}", new AtomicInteger()) + ","
                + node(200, "{}", ofSecond);

        assertThat(run("admin", "locks", "--admin", addresses)).isEqualTo(69);

        assertThat(ofSecond).hasValue(0);
    }

    @Test
    void aDrainIsForOneNodeAlone() throws IOException {
        var asked = new AtomicInteger();
        var addresses = deadNode() + "," + node(200, "{}", asked);

        assertThat(run("admin", "drain", "--admin", addresses)).isEqualTo(2);

        assertThat(err.toString(UTF_8)).contains("admin drain: --admin names 2 nodes; valid is the one that is meant");
        assertThat(asked).hasValue(0);
    }

    @Test
    void eachNodeReloadsWhateverAnotherSays() throws IOException {
        var asked = new AtomicInteger();
        var dead = deadNode();
        var broken = node(422, "{\"code\":\"invalid\",\"detail\":\"--identities: ids.yaml, line 3: no name\"}", asked);
        var well = node(200, "{\"changed\":true,\"certificates\":true}", asked);

        assertThat(run("admin", "reload", "--admin", String.join(",", broken, dead, well))).isEqualTo(70);

        assertThat(asked).hasValue(2);
        assertThat(err.toString(UTF_8)).contains(broken + ": --identities: ids.yaml, line 3: no name")
                .contains(dead + ": cannot reach");
        assertThat(out.toString(UTF_8)).isEqualTo(well + ": read again\ncertificate changed\n");
    }

    @Test
    void eachNodeLogsOtherwise() throws IOException {
        var asked = new AtomicInteger();
        var one = node(200, "{\"levels\":[]}", asked);
        var other = node(200, "{\"levels\":[]}", asked);

        assertThat(run("admin", "log-level", "io.dflockd", "debug", "--json", "--admin", one + "," + other)).isZero();

        assertThat(asked).hasValue(2);
        assertThat(out.toString(UTF_8).lines()).containsExactly("{\"server\":\"" + one + "\",\"levels\":[]}",
                "{\"server\":\"" + other + "\",\"levels\":[]}");
    }

    @Test
    void eventsComeFromTheFirstThatCanBeReached() throws IOException {
        var asked = new AtomicInteger();
        var addresses = deadNode() + "," + node(200, "", asked);

        assertThat(run("admin", "events", "--admin", addresses)).isEqualTo(69);

        assertThat(asked).hasValue(1);
        assertThat(err.toString(UTF_8)).contains("told no more");
    }

    @Test
    void whatMayNotBeDoneHasAnExitStatusOfItsOwn() throws IOException {
        var address = node(403, "{\"code\":\"denied\",\"detail\":\"viewer may not do that here (release)\"}",
                new AtomicInteger());

        assertThat(run("admin", "release", "k", "--fence", "7", "--reason", "x", "--admin", address)).isEqualTo(77);
    }

    @Test
    void allHoldsOfAKeyAreEndedByTheirFences() throws IOException {
        var bodies = new ArrayList<String>();
        var node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            var asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            bodies.add(asked);
            boolean isGone = asked.contains("8");
            var answer = exchange.getRequestMethod().equals("GET")
                    ? "{\"key\":\"k\",\"holders\":[{\"fence\":1795699430165157},{\"fence\":8}],\"holder_count\":3}"
                    : isGone ? "{\"code\":\"not_current\",\"detail\":\"this hold has ended\"}" : "{\"done\":true}";
            exchange.sendResponseHeaders(isGone ? 409 : 200, answer.length());
            exchange.getResponseBody().write(answer.getBytes(UTF_8));
            exchange.close();
        });
        node.start();
        nodes.add(node);
        var address = "127.0.0.1:" + node.getAddress().getPort();

        assertThat(run("admin", "release", "k", "--all", "--reason", "host is gone", "--admin", address)).isZero();

        assertThat(bodies).containsExactly("", "{\"fence\":1795699430165157,\"reason\":\"host is gone\"}",
                "{\"fence\":8,\"reason\":\"host is gone\"}");
        assertThat(out.toString(UTF_8)).isEqualTo("released 1\n");
        assertThat(err.toString(UTF_8)).contains("this hold has ended", "there are 1 more");
        assertThat(run("admin", "release", "k", "--all", "--fence", "1", "--reason", "x", "--admin", address))
                .isEqualTo(2);
    }

    @Test
    void noHoldToEndIsARefusalHoweverItIsAsked() throws IOException {
        var node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            var answer = "{\"code\":\"not_found\",\"detail\":\"there is no such key\"}";
            exchange.sendResponseHeaders(404, answer.length());
            exchange.getResponseBody().write(answer.getBytes(UTF_8));
            exchange.close();
        });
        node.start();
        nodes.add(node);
        var address = "127.0.0.1:" + node.getAddress().getPort();

        assertThat(run("admin", "release", "k", "--all", "--reason", "host is gone", "--admin", address)).isEqualTo(70);
        assertThat(err.toString(UTF_8)).contains("nobody holds that");
    }

    @Test
    void flagsThatSayWhichServerForClientsIsAskedAreRefused(@TempDir Path folder) throws IOException {
        var token = Files.writeString(folder.resolve("token"), "s3cret");
        for (var flag : List.of("--server", "--token", "--token-file")) {
            var value = flag.equals("--token-file") ? token.toString() : "127.0.0.1:6388";
            assertThat(run("admin", "status", flag, value)).as(flag).isEqualTo(2);
            assertThat(err.toString(UTF_8)).contains(flag + " has no effect here", "--admin says where it is");
        }
        assertThat(run("token", "new", "orders", "--server", "127.0.0.1:6388")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("no server is asked");
    }

    @Test
    void aKeyThatIsNoTextIsNamedInBase64() throws IOException {
        var paths = new ArrayList<String>();
        var node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            paths.add(exchange.getRequestURI().getRawPath());
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(UTF_8));
            exchange.close();
        });
        node.start();
        nodes.add(node);
        var address = "127.0.0.1:" + node.getAddress().getPort();

        assertThat(run("admin", "lock", "/wBh", "--base64", "--admin", address)).isZero();
        assertThat(run("admin", "lock", "no base 64", "--base64", "--admin", address)).isEqualTo(2);

        assertThat(paths).containsExactly("/api/v1/locks/%FF%00%61");
        assertThat(err.toString(UTF_8)).contains("KEY is 'no base 64'; with --base64 valid is a key in Base64");
    }
}
