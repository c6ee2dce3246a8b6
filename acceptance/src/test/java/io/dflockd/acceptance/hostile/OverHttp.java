package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Attacks on the listener for operators. The target is its address. */
final class OverHttp {
    static final String HOST = "Host: 127.0.0.1\r\n";
    private static final String END = "\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    /** As many connections as there may be, and some. */
    private static final int MORE_THAN_MAY_BE = 200;
    private static final Duration PROBED = Duration.ofSeconds(5);
    private static final Duration UNTIL_CLOSED = Duration.ofSeconds(10);
    private static final long ENDLESS = 10L << 30;

    private OverHttp() {}

    /** A request that ends its connection. */
    static String request(String method, String path, String headers, String body) {
        return method + " " + path + " HTTP/1.1\r\n" + headers + "Connection: close\r\n" + body;
    }

    static String get(String path) {
        return request("GET", path, HOST, END);
    }

    static String post(String path, String headers, String json) {
        return request("POST", path,
                HOST + headers + "Content-Type: application/json\r\nContent-Length: " + json.length()
                        + END,
                END + json);
    }

    /** The status of the one answer; 0 where the connection ended without one. */
    static int statusOf(Target target, String request) {
        try (var peer = target.stranger()) {
            peer.offer(Requests.bytes(request), Peer.DEADLINE);
            return status(peer);
        }
    }

    private static int status(Peer peer) {
        var first = peer.lineOrEnd(Peer.DEADLINE);
        if (first == null) {
            return 0;
        }
        var found = STATUS.matcher(first);
        assertThat(found.find()).as(first).isTrue();
        peer.awaitEnd(UNTIL_CLOSED);
        return Integer.parseInt(found.group(1));
    }

    /** Whoever asks whether it is well is answered, whatever else goes on, at the latest when asking again. */
    static void probe(Target target) {
        Eventually.await("the probe is answered", PROBED, () -> statusOf(target, get("/livez")) == 200);
    }

    static void slowHeads(Target target) {
        var slow = strangers(target, MORE_THAN_MAY_BE);
        var head = "GET /api/v1/locks HTTP/1.1\r\n" + HOST + "X-Slow: ";
        for (int i = 0; i < head.length(); i++) {
            for (var peer : slow) {
                peer.offer(Requests.bytes(head.substring(i, i + 1)), Duration.ZERO);
            }
        }
        probe(target);
    }

    static void hugeHeads(Target target) {
        for (int i = 0; i < target.scaled(100); i++) {
            assertThat(statusOf(target, "GET /" + "x".repeat(1 << 16) + " HTTP/1.1\r\n" + HOST + END))
                    .isIn(0, 414, 431);
            assertThat(statusOf(target, "GET / HTTP/1.1\r\n" + HOST + ("X-" + i + ": " + "y".repeat(1000) + END)
                    .repeat(100))).isIn(0, 431);
        }
        probe(target);
    }

    static void hugeBodies(Target target) {
        var bytes = "x".repeat(1 << 16);
        var pouring = strangers(target, target.scaled(60));
        for (var peer : pouring) {
            boolean inPieces = pouring.indexOf(peer) % 2 == 0;
            peer.offer(Requests.bytes("POST /api/v1/drain HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n"
                    + (inPieces ? "Transfer-Encoding: chunked" : "Content-Length: " + ENDLESS) + "\r\n\r\n"),
                    Peer.DEADLINE);
            for (int i = 0; i < 40 && !peer.isEnded(); i++) {
                peer.offer(Requests.bytes(inPieces ? "10000\r\n" + bytes + END : bytes), Duration.ZERO);
            }
        }
        probe(target);
        for (var peer : pouring) {
            var first = peer.lineOrEnd(Peer.DEADLINE);
            assertThat(first == null || first.matches("HTTP/1\\.1 (401|403|413) .*\r")).as("%s", first).isTrue();
            peer.awaitEnd(UNTIL_CLOSED);
        }
    }

    static void connectionsByTheTenThousand(Target target) {
        for (int i = 0; i < target.scaled(10_000); i++) {
            target.stranger().offer(Requests.bytes("G"), Duration.ZERO);
        }
        probe(target);
    }

    static void strangeHosts(Target target) {
        for (var host : List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
                "127.0.0.1@evil.example",
                "evil.example:6389", "", "localhost\r\nHost: evil.example")) {
            assertThat(statusOf(target, request("GET", "/api/v1/locks", "Host: " + host + END, END))).as(host)
                    .isIn(400, 421);
        }
        pipelined(target, target.scaled(3_000), "GET /api/v1/locks HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
    }

    static void pagesOfOtherSites(Target target) {
        for (var header : List.of("Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site")) {
            assertThat(statusOf(target, post("/api/v1/drain", header + END, "{\"reason\":\"x\"}"))).as(header)
                    .isEqualTo(403);
        }
        assertThat(
                statusOf(target, request("POST", "/api/v1/drain", HOST + "Content-Type: text/plain\r\nContent-Length: 2"
                        + END, END + "{}")))
                .isIn(401, 403, 415);
        pipelined(target, target.scaled(3_000),
                "GET /api/v1/locks HTTP/1.1\r\n" + HOST + "Origin: https://evil.example\r\n\r\n",
                403);
    }

    static void strangePaths(Target target) {
        for (var path : List.of("/../../etc/passwd", "/console/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/console/%00", "/%", "/%zz", "/api/v1//locks",
                "/api/v1/locks/",
                "/api/v1/./locks", "http://evil.example/", "*", "/\u00ff", "/a\u0001b", "/api/v1/locks/%c0%ae",
                "/api/v1/values/" + "%00".repeat(1000), "/api/v1/locks?limit=-1",
                "/api/v1/locks?limit=99999999999999999999",
                "/api/v1/locks?after=%00", "/api/v1/locks?" + "a=b&".repeat(900))) {
            assertThat(statusOf(target, get(path))).as(path).isBetween(400, 499);
        }
        for (var method : List.of("TRACE", "CONNECT", "PUT", "PROPFIND", "get", "X".repeat(1000))) {
            assertThat(statusOf(target, request(method, "/api/v1/status", HOST, END))).as(method).isBetween(400, 501);
        }
        probe(target);
    }

    static void wrongTokens(Target target) {
        for (int i = 0; i < target.scaled(500); i++) {
            // From elsewhere than the honest client, which must not be taken for it.
            try (var peer = target.strangerFrom(40)) {
                peer.offer(
                        Requests.bytes(post("/api/v1/drain", "Authorization: Bearer wrong\r\n", "{\"reason\":\"x\"}")),
                        Peer.DEADLINE);
                assertThat(status(peer)).isIn(0, 401, 429);
            }
        }
        probe(target);
    }

    static void answersThatNobodyTakes(Target target) {
        for (var peer : strangers(target, MORE_THAN_MAY_BE)) {
            peer.burst(500, i -> "GET " + (i % 2 == 0 ? "/metrics" : "/api/v1/locks?limit=1000") + " HTTP/1.1\r\n"
                    + HOST + END);
        }
        probe(target);
    }

    static void feedsThatNobodyTakes(Target target) {
        for (var peer : strangers(target, MORE_THAN_MAY_BE)) {
            peer.offer(Requests.bytes("GET /api/v1/events HTTP/1.1\r\n" + HOST + END), Peer.DEADLINE);
        }
        probe(target);
    }

    static void resetsInTheMiddle(Target target) {
        for (int i = 0; i < target.scaled(1_500); i++) {
            var peer = target.stranger();
            peer.offer(
                    Requests.bytes(
                            i % 3 == 0 ? "GET /api/v1/loc" : "GET /api/v1/locks?sort=wait HTTP/1.1\r\n" + HOST + END),
                    Duration.ZERO);
            peer.reset();
        }
        probe(target);
    }

    /** All on one connection, answered in order; a server may end it before. */
    private static void pipelined(Target target, int count, String request, int status) {
        var peer = target.stranger();
        for (int sent = 0; sent < count && !peer.isEnded(); sent += 4) {
            peer.offer(Requests.bytes(request.repeat(4)), Peer.DEADLINE);
            for (int i = 0; i < 4; i++) {
                var line = peer.lineOrEnd(Peer.DEADLINE);
                while (line != null && !STATUS.matcher(line).find()) {
                    line = peer.lineOrEnd(Peer.DEADLINE);
                }
                assertThat(line == null || line.contains("HTTP/1.1 " + status)).as(line).isTrue();
            }
        }
        probe(target);
    }

    private static List<Peer> strangers(Target target, int count) {
        var all = new ArrayList<Peer>();
        for (int i = 0; i < count; i++) {
            all.add(target.stranger());
        }
        return all;
    }
}
