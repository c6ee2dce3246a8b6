package io.dflockd.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators and programs without a client are answered by a member that does not lead, while the one that does is at fault. */
class PassedRequestsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DEADLINE_SECONDS = 20;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    @TempDir Path folder;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Nodes nodes;
    private int leader;
    private int follower;

    @BeforeEach
    void start() {
        nodes = Nodes.startWithAdmin(ServerProcess.PROGRAM, folder);
        leader = nodes.leader();
        follower = (leader + 1) % Nodes.COUNT;
        Eventually.await("the follower passes on", PATIENCE, () -> get("/api/v1/locks") == OK);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + nodes.adminPort(follower) + path))
                .timeout(PATIENCE);
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        return http.sendAsync(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> acquire(String key, int waitSeconds) {
        return http.sendAsync(
                request("/api/v1/locks/" + key + "/acquire").header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers
                                .ofString("{\"wait_s\":" + waitSeconds + ",\"lease_s\":600}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The status that the follower answers. */
    private int get(String path) {
        return ask(path).join().statusCode();
    }

    private CompletableFuture<HttpResponse<String>> waitForTheKey() {
        assertThat(acquire("k", 0).join().statusCode()).isEqualTo(OK);
        var waiting = acquire("k", 30);
        Eventually.await("it is waited for", PATIENCE,
                () -> ask("/api/v1/locks/k").join().body().contains("\"waiter_count\":1"));
        return waiting;
    }

    /** And the others go on. */
    private void expectUnknownAndThenAll(CompletableFuture<HttpResponse<String>> waiting) {
        assertThat(waiting).succeedsWithin(DEADLINE_SECONDS, TimeUnit.SECONDS).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(UNAVAILABLE);
            assertThat(answer.body()).contains("\"code\":\"unknown\"");
        });
        Eventually.await("it is answered again", PATIENCE, () -> get("/api/v1/locks/k") == OK);
        assertThat(ask("/api/v1/locks/k").join().body()).contains("\"holder_count\":1", "\"waiter_count\":0");
    }

    @Test
    void whoWaitsIsToldWhenTheLeaderDies() {
        var waiting = waitForTheKey();

        nodes.kill(leader);

        expectUnknownAndThenAll(waiting);
    }

    @Test
    void whoWaitsIsToldWhenTheLeaderIsStopped() {
        var waiting = waitForTheKey();

        nodes.pause(leader);
        try {
            // Whether it goes to the one that is stopped, or to its successor.
            assertThat(ask("/api/v1/locks")).succeedsWithin(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .satisfies(answer -> assertThat(answer.statusCode()).isIn(OK, UNAVAILABLE));
            expectUnknownAndThenAll(waiting);
        } finally {
            nodes.resume(leader);
        }
    }

    @Test
    void whatIsWatchedEndsWithTheLeaderAndGoesOnWithTheNext() throws IOException, InterruptedException {
        var feed = http.send(request("/api/v1/watch?pattern=v").build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(feed.statusCode()).isEqualTo(OK);
        var told = CompletableFuture.supplyAsync(() -> feed.body().toList());

        nodes.kill(leader);

        assertThat(told).succeedsWithin(DEADLINE_SECONDS, TimeUnit.SECONDS);
        Eventually.await("it is told again", PATIENCE, () -> {
            try (var next = http.send(
                    request("/api/v1/watch?pattern=v").build(), HttpResponse.BodyHandlers.ofInputStream()).body()) {
                return next.read() == 'r'; // retry: 3000
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
