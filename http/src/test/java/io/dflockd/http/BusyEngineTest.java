package io.dflockd.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.Verb;
import io.dflockd.service.LimitNames;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.ServiceSettings;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.CountedAudit;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.DrainDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.admin.Upkeep;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.metrics.Metrics;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.visit.Visit;
import io.dflockd.service.visit.VisitorDesk;
import io.dflockd.testkit.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody keeps the engine, for as long as the test wants, while operators look through many locks. */
@Timeout(60)
class BusyEngineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LOCKS = 5000;
    private static final int WALKS = 1 + 8;
    private static final Alarm NEVER = (task, delay) -> () -> {};
    private static final Alarm AT_ONCE = (task, delay) -> {
        if (delay == 0) {
            task.run();
        }
        return () -> {};
    };

    private volatile boolean keepsTheEngine;
    private final CountDownLatch kept = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EngineDriver driver;
    private Visit visit;
    private AdminServer server;

    /** Random numbers are drawn with the engine's lock held. */
    private long salt() {
        if (keepsTheEngine) {
            kept.countDown();
            try {
                assertThat(released.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return 1;
    }

    @BeforeEach
    @SuppressWarnings("NullAway") // what else a server has is not asked for
    void start() throws Exception {
        var limits = new EngineLimits(LOCKS + 10, 0, 0, 0, 0, 1 << 30, 1 << 20, 10, 60_000, true, 5000, 60_000);
        driver = new EngineDriver(new Engine(limits, 1), new Replies(1 << 20), this::salt, AT_ONCE, failure -> {},
                () -> {}, (applier, lock) -> new DirectJournal(applier, lock, () -> 1, NEVER));
        var counters = new ServerCounters();
        var gate = new Gate(counters, 0, 0, 0, () -> 1, NEVER);
        var handler = new RequestHandler(new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none()),
                driver, Identities.none(), counters, gate, AuditTrail.none());
        var visitors = new VisitorDesk(AT_ONCE, 65_536);
        visitors.serve(handler);
        visit = visitors.open(Login.OF_ANYBODY, false, null, "somebody").orElseThrow();
        for (int i = 0; i < LOCKS; i++) {
            visit.ask(Verb.LOCK, "k" + i, "0 600").toCompletableFuture().get(1, TimeUnit.SECONDS);
        }
        var health = new Health(driver);
        health.serving(NEVER);
        var desk = new AdminDesk(driver, counters, health, 0, Optional.empty(), AT_ONCE, AuditLog.NONE,
                new Upkeep(new DrainDesk(driver, counters, NEVER, () -> 1), null, null, null, null));
        server = AdminServer.open(
                new AdminSettings("127.0.0.1", 0, List.of(), false, false, false, Optional.empty()), desk, visitors,
                health, Identities.none(), gate,
                new Metrics(driver, counters, health::isReady, 0, List.of(), Map::of, new CountedAudit(AuditLog.NONE)));
    }

    @AfterEach
    void stop() {
        released.countDown();
        http.close();
        server.close();
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Thread keepTheEngine() throws InterruptedException {
        keepsTheEngine = true;
        var keeper = Thread.ofPlatform().start(() -> visit.ask(Verb.LOCK, "one-more", "0 600"));
        assertThat(kept.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return keeper;
    }

    private static boolean aWalkWaitsForTheEngine() {
        return Thread.getAllStackTraces()
                .entrySet()
                .stream()
                .filter(each -> each.getKey().getName().equals("dflockd-admin-work"))
                .anyMatch(each -> Arrays.stream(each.getValue())
                        .anyMatch(
                                frame -> frame.getClassName().startsWith("java.util.concurrent.locks.ReentrantLock")));
    }

    /** As where a server fails while it stops. It threw, and what was to be closed behind it was not. */
    @Test
    void closingASecondTimeDoesNothing() {
        server.close();

        assertThatCode(server::close).doesNotThrowAnyException();
    }

    /** Health never depends on how long somebody looks, or on who has the engine meanwhile. */
    @Test
    void probesAreAnsweredAmidWalksAndOneWalkTooManyIsToldSo() throws Exception {
        var keeper = keepTheEngine();
        var walks = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        walks.add(ask("/api/v1/locks?sort=age&limit=1000"));
        Eventually.await("a walk is under way", PATIENCE, BusyEngineTest::aWalkWaitsForTheEngine);
        while (walks.size() < WALKS) {
            walks.add(ask("/api/v1/locks?sort=age&limit=1000"));
        }

        // Which of them is the one too many is known only when it is answered.
        walks.add(ask("/api/v1/locks?sort=age&limit=1000"));
        var first = (HttpResponse<?>) CompletableFuture.anyOf(walks.toArray(CompletableFuture[]::new))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(first.body().toString()).contains("\"code\":\"busy\"", "too many requests are waiting");
        for (var probe : List.of("/livez", "/readyz", "/startupz", "/readyz?verbose")) {
            assertThat(get(ask(probe)).statusCode()).as(probe).isEqualTo(200);
        }
        assertThat(walks.stream().filter(CompletableFuture::isDone)).as("all others wait").hasSize(1);

        keepsTheEngine = false;
        released.countDown();
        keeper.join(PATIENCE);
        walks.removeIf(each -> each.isDone() && each.join().statusCode() == 503);
        assertThat(walks).hasSize(WALKS);
        for (var walk : walks) {
            var answer = get(walk);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).as("nothing is lost").contains("\"total\":" + (LOCKS + 1) + ",");
        }
    }

    @Test
    void requestsThatWaitForTheEngineHoldNoProbeUp() throws Exception {
        var keeper = keepTheEngine();
        var asked = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 40; i++) {
            asked.add(ask("/api/v1/locks/k" + i));
        }
        asked.add(ask("/metrics"));
        Eventually.await("one waits for the engine", PATIENCE, BusyEngineTest::aWalkWaitsForTheEngine);

        assertThat(get(ask("/livez")).statusCode()).isEqualTo(200);
        assertThat(asked).noneMatch(CompletableFuture::isDone);

        keepsTheEngine = false;
        released.countDown();
        keeper.join(PATIENCE);
        for (var each : asked) {
            assertThat(get(each).statusCode()).isEqualTo(200);
        }
    }
}
