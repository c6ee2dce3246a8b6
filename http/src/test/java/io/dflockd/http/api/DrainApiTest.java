package io.dflockd.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Action;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Histogram;
import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Standing;
import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Query;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.Login;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.DrainDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.admin.Upkeep;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is answered where a member of a cluster cannot be drained. */
@Timeout(60)
class DrainApiTest {
    private static final EngineLimits LIMITS = new EngineLimits(
            100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);
    private static final Alarm NEVER = (task, delay) -> () -> {};
    private static final int MOST_WAITING = 256;

    private volatile Supplier<Operations.Verdict> transfer = () -> new Operations.Verdict(true, "another leads");
    private final List<Map<String, ?>> records = new ArrayList<>();
    private final EngineDriver driver = new EngineDriver(new Engine(LIMITS, 1), new Replies(1 << 20), () -> 1, NEVER,
            failure -> {}, () -> {}, (applier, lock) -> new Member());
    private final Worker worker = new Worker();
    private final DrainApi api = new DrainApi(desk(), worker);

    /** A leader of two, at which nothing is asked. */
    private final class Member implements Journal, Operations {
        private static final Node ONE = new Node("n1", "h:1", "h:2");

        @Override
        public Verdict transfer(Optional<String> to) {
            return transfer.get();
        }

        @Override
        public Optional<Operations> operations() {
            return Optional.of(this);
        }

        @Override
        public Standing standing() {
            return new Standing(Optional.of(ONE), 1, true, List.of(ONE, new Node("n2", "h:3", "h:4")));
        }

        @Override
        public void begin() {}

        @Override
        public void submit(Action action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void endTurn() {}

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public long timeMs() {
            return 1;
        }

        @Override
        public boolean isDurable() {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public long applied() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Histogram commitTimes() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ClusterReport report() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verdict add(Node node) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verdict remove(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verdict change(UnaryOperator<EngineLimits> limits) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verdict upgrade() {
            throw new UnsupportedOperationException();
        }
    }

    @SuppressWarnings("NullAway") // what else a server has is not asked for
    private AdminDesk desk() {
        var drain = new DrainDesk(driver, new ServerCounters(), NEVER, () -> 1);
        return new AdminDesk(driver, new ServerCounters(), new Health(driver), 0, Optional.empty(), NEVER,
                new AuditLog() {
                    @Override
                    public void record(String event, Map<String, ?> fields) {
                        synchronized (records) {
                            records.add(fields);
                        }
                    }

                    @Override
                    public boolean isFailing() {
                        return false;
                    }

                    @Override
                    public boolean mayAct() {
                        return true;
                    }
                }, new Upkeep(drain, null, null, null, null));
    }

    @AfterEach
    void close() {
        worker.close();
    }

    private CompletionStage<Answer> ask(Method method, String body) {
        var route = api.routes().stream().filter(each -> each.method() == method).findFirst().orElseThrow();
        return route.handler()
                .handle(new Call(route, Map.of(), Query.parse(""), name -> null, body, new Actor(Login.OF_ANYBODY),
                        null,
                        "somebody", "", 1, new CompletableFuture<>()));
    }

    private static Answer get(CompletionStage<Answer> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private @Nullable Object lastOutcome() {
        synchronized (records) {
            return records.getLast().get("outcome");
        }
    }

    @Test
    void whereNoOtherTakesTheLeadTheAnswerIs409AndTheServerTakesAllAsBefore() throws Exception {
        transfer = () -> new Operations.Verdict(false, "no other member took over; this node goes on leading");

        var answer = get(ask(Method.POST, "{\"reason\":\"new kernel\"}"));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(new String(answer.body(), UTF_8)).contains("\"code\":\"not_drained\"",
                "no other member takes the lead: no other member took over; this node goes on leading");
        assertThat(driver.isDrained()).isFalse();
        assertThat(lastOutcome()).isEqualTo("failed");
        var undone = get(ask(Method.DELETE, "{}"));
        assertThat(undone.status()).isEqualTo(200);
        assertThat(new String(undone.body(), UTF_8)).isEqualTo("{\"draining\":false}");
        assertThat(lastOutcome()).as("there was nothing to undo").isEqualTo("gone");
    }

    @Test
    void whereTooManyWaitTheAnswerIs503AndNothingIsDone() throws Exception {
        var started = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        transfer = () -> {
            started.countDown();
            try {
                return new Operations.Verdict(released.await(20, TimeUnit.SECONDS), "another leads");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        var all = new ArrayList<CompletableFuture<Answer>>();
        all.add(ask(Method.POST, "{\"reason\":\"first\"}").toCompletableFuture());
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        IntStream.range(0, MOST_WAITING)
                .forEach(i -> all.add(ask(Method.POST, "{\"reason\":\"waits\"}").toCompletableFuture()));

        for (var method : List.of(Method.POST, Method.DELETE)) {
            var answer = get(ask(method, "{\"reason\":\"too much\"}"));
            assertThat(answer.status()).as("%s", method).isEqualTo(503);
            assertThat(new String(answer.body(), UTF_8)).contains("\"code\":\"busy\"", "too many wait to drain");
            assertThat(answer.headers()).containsEntry("Retry-After", "1");
            assertThat(lastOutcome()).isEqualTo("failed");
        }
        assertThat(driver.isDrained()).as("nothing was undone").isTrue();

        released.countDown();
        for (var each : all) {
            get(each);
        }
        assertThat(get(ask(Method.DELETE, "{}")).status()).isEqualTo(200);
        assertThat(driver.isDrained()).isFalse();
    }
}
