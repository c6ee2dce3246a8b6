package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.FaultyNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Methods that return before they have finished. */
@Timeout(120)
class StagesTest {
    private static final String ADMIN = "s3cret-of-the-admin";

    @TempDir Path folder;

    private DflockdServer server;
    private DflockdClient client;

    @BeforeEach
    void start() throws Exception {
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("admin"), ADMIN).toString())
                .build());
        client = DflockdClient.connect("127.0.0.1:" + server.address().getPort());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    static class Work {
        final CompletableFuture<String> end = new CompletableFuture<>();
        final AtomicReference<Lease> held = new AtomicReference<>();

        CompletableFuture<String> end() { // a proxy has no fields
            return end;
        }

        Lease held() {
            return held.get();
        }

        @WithLock(key = "stage")
        public CompletionStage<String> run() {
            held.set(CurrentLease.get());
            return end.thenApply(text -> text + "!");
        }

        @WithLock(key = "released")
        public String release() throws InterruptedException {
            assertThat(CurrentLease.get().release()).isTrue();
            return "released";
        }

        @WithLock(key = "kept")
        public String keep() throws InterruptedException {
            assertThat(CurrentLease.get().keep(Duration.ofMinutes(10))).isTrue();
            return "kept";
        }

        @WithLock(key = "failed")
        public String releaseAndFail() throws InterruptedException {
            assertThat(CurrentLease.get().release()).isTrue();
            throw new UnsupportedOperationException("as it should");
        }
    }

    private boolean isFree(String key) throws InterruptedException {
        var taken = client.lock(key).tryAcquire();
        taken.ifPresent(Lease::close);
        return taken.isPresent();
    }

    private static <T> T soon(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void theLockIsHeldUntilTheStageCompletes() throws Exception {
        try (var context = new LockedContext(client, Work.class)) {
            var work = context.get(Work.class);
            var stage = work.run();
            assertThat(isFree("t/stage")).isFalse();

            work.end().complete("done");

            assertThat(soon(stage)).isEqualTo("done!");
            assertThat(isFree("t/stage")).isTrue();
        }
    }

    @Test
    void aStageThatFailsGivesTheLockBackAndTellsWhatItFailedOf() throws Exception {
        try (var context = new LockedContext(client, Work.class)) {
            var work = context.get(Work.class);
            var stage = work.run();

            work.end().completeExceptionally(new UnsupportedOperationException("no"));

            assertThatThrownBy(() -> soon(stage)).cause()
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("no");
            assertThat(isFree("t/stage")).isTrue();
        }
    }

    @Test
    void aStageThatIsCancelledGivesTheLockBack() throws Exception {
        try (var context = new LockedContext(client, Work.class)) {
            var work = context.get(Work.class);
            var stage = work.run();

            work.end().cancel(true);

            assertThatThrownBy(() -> soon(stage)).satisfies(
                    failure -> assertThat(failure instanceof CancellationException ? failure : failure.getCause())
                            .isInstanceOf(CancellationException.class));
            assertThat(isFree("t/stage")).isTrue();
        }
    }

    private void revoke(String key) throws InterruptedException {
        try (var connection = Connection.dial("127.0.0.1:" + server.address().getPort())) {
            connection.authenticate(ADMIN);
            var fence = connection.holds().holders(key).replaceFirst(".*\"fence\":(\\d+).*", "$1");
            connection.holds().revoke(key, Long.parseLong(fence));
        }
    }

    @Test
    void aStageWhoseLockIsLostEndsWithTheLossWhateverBecameOfIt() throws Exception {
        for (boolean well : new boolean[]{true, false}) {
            try (var context = new LockedContext(client, Work.class)) {
                var work = context.get(Work.class);
                var stage = work.run();
                revoke("t/stage");
                soon(work.held().lost());

                var failure = new UnsupportedOperationException("no");
                assertThat(well ? work.end().complete("done") : work.end().completeExceptionally(failure)).isTrue();

                assertThatThrownBy(() -> soon(stage)).cause()
                        .isInstanceOf(LeaseLostException.class)
                        .satisfies(lost -> assertThat(lost.getSuppressed()).hasSize(well ? 0 : 1)
                                .allSatisfy(one -> assertThat(one instanceof CompletionException ? one.getCause() : one)
                                        .isSameAs(failure)));
            }
        }
    }

    @Test
    void aStageCompletesWhoseLockTheProgramGaveBackItself() throws Exception {
        try (var context = new LockedContext(client, Work.class)) {
            var work = context.get(Work.class);
            var stage = work.run();
            assertThat(work.held().release()).isTrue();

            work.end().complete("done");

            assertThat(soon(stage)).isEqualTo("done!");
        }
    }

    @Test
    void aStageCompletesWhoseLockTheProgramKeptForLater() throws Exception {
        try (var context = new LockedContext(client, Work.class)) {
            var work = context.get(Work.class);
            var stage = work.run();
            assertThat(work.held().keep(Duration.ofMinutes(10))).isTrue();

            work.end().complete("done");

            assertThat(soon(stage)).isEqualTo("done!");
            assertThat(isFree("t/stage")).isFalse();
        }
    }

    @Test
    void aMethodThatGaveItsLockBackOrKeptItReturnsOrFailsAsItDid() throws Exception {
        try (var context = new LockedContext(client, Work.class)) {
            var work = context.get(Work.class);
            assertThat(work.release()).isEqualTo("released");
            assertThat(isFree("t/released")).isTrue();
            assertThat(work.keep()).isEqualTo("kept");
            assertThat(isFree("t/kept")).isFalse();
            assertThatThrownBy(work::releaseAndFail).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    /** A thread that completes a stage may be one of few that must not stand still. */
    @Test
    void whoCompletesTheStageDoesNotWaitForTheServer() throws Exception {
        try (var network = new FaultyNetwork(server.address());
                var cutOff = DflockdClient.builder()
                        .server("127.0.0.1:" + network.address().getPort())
                        .responseTimeout(Duration.ofSeconds(20))
                        .build();
                var context = new LockedContext(cutOff, Work.class)) {
            var work = context.get(Work.class);
            var stage = work.run().toCompletableFuture();
            network.setRefusing(true);
            network.fail(FaultyNetwork.Fault.STALL);

            long begun = System.nanoTime();
            work.end().complete("done");
            var took = Duration.ofNanos(System.nanoTime() - begun);

            assertThat(took).isLessThan(Duration.ofSeconds(5));
            assertThat(stage).isNotDone();
            network.setRefusing(false);
            assertThat(soon(stage)).isEqualTo("done!");
        }
    }
}
