package io.dflockd.liquibase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import liquibase.Scope;
import liquibase.database.core.H2Database;
import liquibase.executor.ExecutorService;
import liquibase.executor.jvm.JdbcExecutor;
import liquibase.lockservice.LockServiceFactory;
import liquibase.lockservice.StandardLockService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class DflockdLockServiceTest {
    private static final List<Integer> ONCE = List.of(21, 22, 31);
    /** The page says so. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** What a machine that is busy with something else may take to see an end, and to look. */
    private static final Duration BUSY = Duration.ofSeconds(5);
    private static final String ADMIN = "the-token-of-administrators";

    @RegisterExtension private final Place place = new Place();
    @TempDir private Path folder;

    @Test
    void ofTwoThatMigrateAtOnceOneDoesAndTheOtherFindsItDone() throws Exception {
        Gate.close();
        var first = Migration.start(place.url());
        Gate.awaitArrival();
        var second = Migration.start(place.url());
        assertThat(isHeld()).isTrue();
        Gate.open();

        finish(first);
        finish(second);
        assertThat(place.runs()).isEqualTo(ONCE);
        assertThat(place.recorded()).containsExactly("1", "2", "3");
        assertThat(place.tables()).doesNotContain("DATABASECHANGELOGLOCK");
        assertThat(isHeld()).isFalse();
    }

    @Test
    void ofManyThreadsThatBeginTogetherEachFinishesAndEachChangeSetRunsOnce() throws Exception {
        var together = new CountDownLatch(1);
        var all = new ArrayList<FutureTask<@Nullable Void>>();
        for (int i = 0; i < 6; i++) {
            all.add(Migration.start(() -> {
                together.await();
                Migration.run(place.url());
            }));
        }
        together.countDown();

        for (var one : all) {
            finish(one);
        }
        assertThat(place.runs()).isEqualTo(ONCE);
        assertThat(Gate.MOST_INSIDE).hasValue(1);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void ofManyProcessesThatBeginTogetherEachFinishesAndEachChangeSetRunsOnce() throws Exception {
        var all = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) {
            all.add(place.process(new Properties()));
        }

        for (var one : all) {
            assertThat(Place.output(one)).contains("migrated");
        }
        assertThat(place.runs()).isEqualTo(ONCE);
        assertThat(place.recorded()).containsExactly("1", "2", "3");
        assertThat(isHeld()).isFalse();
    }

    @Test
    void aProcessThatIsKilledInTheMiddleLeavesNothingLocked() throws Exception {
        Gate.close();
        var killed = place.process(new Properties());
        Gate.awaitArrival();
        var holder = Holders.of(place.key()).get(0);
        killed.destroyForcibly().waitFor();
        long end = System.nanoTime();
        Gate.open();

        var next = place.process(new Properties());
        Eventually.await("the lock has ended", Duration.ofSeconds(60), Duration.ofMillis(20),
                () -> !isHeldWith(holder.fence()));
        assertThat(Duration.ofNanos(System.nanoTime() - end)).isLessThan(GRACE.plus(BUSY));
        assertThat(Place.output(next)).contains("waiting for migration lock " + place.key() + ", held by liquibase@",
                "migrated");
        assertThat(place.runs()).endsWith(21, 22, 31);
        assertThat(place.recorded()).containsExactly("1", "2", "3");
        assertThat(place.tables()).doesNotContain("DATABASECHANGELOGLOCK");
    }

    @Test
    void whereAChangeSetCannotBeTakenBackItIsFinishedAndNoOtherBeginsWhenTheLockIsLost() throws Exception {
        withAdministrator();
        Gate.close();
        var running = Migration.start(() -> Migration.run(place.url(), Migration.Committing::new));
        Gate.awaitArrival();

        revoke();
        Gate.open();

        assertThatThrownBy(() -> finish(running))
                .hasStackTraceContaining("migration lock " + place.key() + " (fence ")
                .hasStackTraceContaining("is lost: change set changes.sql::3::shop ends before this statement");
        assertThat(place.runs()).containsExactly(21, 22);
        assertThat(place.recorded()).containsExactly("1", "2");
        Migration.run(place.url());
        assertThat(place.runs()).isEqualTo(ONCE);
    }

    @Test
    void whereAChangeSetIsATransactionItIsTakenBackWhenTheLockIsLost() throws Exception {
        withAdministrator();
        Gate.close();
        var running = Migration.start(() -> Migration.run(place.url()));
        Gate.awaitArrival();

        revoke();
        Gate.open();

        assertThatThrownBy(() -> finish(running)).hasStackTraceContaining("is lost: change set changes.sql::2::shop");
        assertThat(place.runs()).isEmpty();
        assertThat(place.recorded()).containsExactly("1");
        Migration.run(place.url());
        assertThat(place.runs()).isEqualTo(ONCE);
    }

    @Test
    void whereTheServerIsGoneForTooLongNoOtherChangeSetBegins() throws Exception {
        Gate.close();
        var running = Migration.start(place.url());
        Gate.awaitArrival();
        place.server().close();
        Eventually.await("the lock is lost", Duration.ofSeconds(90), () -> !isKnownToHold());
        Gate.open();

        assertThatThrownBy(() -> finish(running)).hasStackTraceContaining("migration lock " + place.key() + " (fence ");
        assertThat(place.recorded()).containsExactly("1");
    }

    /** A database with an executor of its own, as Snowflake has. */
    @Test
    void whereStatementsGoPastTheGuardTheConnectionEndsWithTheLock() throws Exception {
        withAdministrator();
        Gate.close();
        var connection = new Abortable(DriverManager.getConnection(place.url()));
        var running = Migration.start(() -> {
            var database = new H2Database();
            var liquibase = Migration.open(connection.seen(), database);
            var executor = new JdbcExecutor();
            executor.setDatabase(database);
            Scope.getCurrentScope().getSingleton(ExecutorService.class).setExecutor("jdbc", database, executor);
            liquibase.update("");
        });
        Gate.awaitArrival();

        revoke();
        Eventually.await("the connection is aborted", Duration.ofSeconds(30), connection::isAborted);
        Gate.open();

        // It finds the connection aborted, or already closed as well.
        assertThatThrownBy(() -> finish(running)).isInstanceOf(ExecutionException.class)
                .hasStackTraceContaining("changes.sql::2");
        assertThat(place.recorded()).containsExactly("1");
    }

    @Test
    void whoComesWhileSomebodyElseMigratesIsToldByWhomAtTheEndOfItsWait() throws Exception {
        place.set("liquibase.changelogLockWaitTimeInMinutes", "0");
        place.set("liquibase.dflockd.clientName", "pod-7");
        try (var holder = DflockdClient.builder().server(place.address()).name("pod-3").build();
                var held = holder.lock(place.key()).acquire()) {
            assertThatThrownBy(() -> Migration.run(place.url()))
                    .hasMessageContaining("migration lock " + place.key() + " at " + place.address())
                    .hasMessageContaining("not granted within 0 min, held by pod-3 (127.0.0.1:")
                    .hasMessageContaining("fence " + held.fence());
        }
        Migration.run(place.url());
        assertThat(place.runs()).isEqualTo(ONCE);
    }

    @Test
    void whoCannotReachTheServerDoesNotMigrate() throws Exception {
        place.set("liquibase.dflockd.server", "127.0.0.1:1");
        place.set("liquibase.changelogLockWaitTimeInMinutes", "0");

        assertThatThrownBy(() -> Migration.run(place.url())).hasMessageContaining("migration lock " + place.key())
                .hasMessageContaining("127.0.0.1:1");

        assertThat(place.tables()).isEmpty();
    }

    @Test
    void whatIsUpToDateNeedsNoServer() throws Exception {
        Migration.run(place.url());
        place.set("liquibase.dflockd.server", "127.0.0.1:1");
        place.set("liquibase.changelogLockWaitTimeInMinutes", "0");

        Migration.run(place.url());

        assertThat(place.runs()).isEqualTo(ONCE);
    }

    @Test
    void whoWaitsForAnotherThreadIsToldAtTheEndOfItsWait() throws Exception {
        place.set("liquibase.changelogLockWaitTimeInMinutes", "0");
        Gate.close();
        var running = Migration.start(place.url());
        Gate.awaitArrival();

        assertThatThrownBy(() -> Migration.run(place.url()))
                .hasMessageContaining("another thread of this process has been migrating for 0 min");
        try (var liquibase = Migration.open("jdbc:h2:mem:other;DB_CLOSE_DELAY=-1")) {
            liquibase.tag("no-update");
        }
        Gate.open();
        finish(running);
    }

    @Test
    void whoWaitsGoesOnWhenTheServerComes() throws Exception {
        int port = place.server().address().getPort();
        place.server().close();
        var waiting = Migration.start(place.url());
        Eventually.await("it was refused and pauses", Duration.ofSeconds(60),
                () -> waiting.isDone() || Thread.getAllStackTraces()
                        .values()
                        .stream()
                        .anyMatch(
                                DflockdLockServiceTest::pausesForTheLock));
        place.restart(ServerConfig.builder(), port);

        finish(waiting);
        assertThat(place.runs()).isEqualTo(ONCE);
    }

    private static boolean pausesForTheLock(StackTraceElement[] stack) {
        var frames = List.of(stack);
        return frames.stream().anyMatch(frame -> frame.getClassName().equals(DflockdLockService.class.getName()))
                && frames.stream().anyMatch(frame -> frame.getMethodName().equals("sleep"));
    }

    @Test
    void locksAreListedAndTakenAwayByWhoMay() throws Exception {
        withAdministrator();
        Gate.close();
        var running = Migration.start(place.url());
        Gate.awaitArrival();

        assertThat(Migration.command(place.url(), "listLocks")).contains(" - liquibase@", "(127.0.0.1:", "fence ");
        assertThatThrownBy(() -> Migration.command(place.url(), "releaseLocks"))
                .hasStackTraceContaining("this client may not take it away")
                .hasStackTraceContaining("liquibase.dflockd.authToken");
        place.set("liquibase.dflockd.authToken", ADMIN);
        Migration.command(place.url(), "releaseLocks");
        assertThat(isHeld()).isFalse();
        assertThat(Migration.command(place.url(), "listLocks")).contains("No locks");
        Gate.open();

        assertThatThrownBy(() -> finish(running)).hasStackTraceContaining("is lost");
        assertThat(place.recorded()).containsExactly("1");
    }

    @Test
    void whatIsHeldOutlivesTheServiceThatAcquiredIt() throws Exception {
        try (var liquibase = Migration.open(place.url())) {
            var database = liquibase.getDatabase();
            var service = LockServiceFactory.getInstance().getLockService(database);
            assertThat(service).isInstanceOf(DflockdLockService.class);
            assertThat(service.acquireLock()).isTrue();
            service.reset();
            LockServiceFactory.getInstance().resetAll();
            assertThat(service.hasChangeLogLock()).isTrue();

            var other = LockServiceFactory.getInstance().getLockService(database);
            assertThat(other).isNotSameAs(service);
            assertThat(other.hasChangeLogLock()).isTrue();
            assertThat(other.acquireLock()).isTrue();
            assertThat(isHeld()).isTrue();
            other.releaseLock();
            assertThat(service.hasChangeLogLock()).isFalse();
            assertThat(isHeld()).isFalse();
            service.releaseLock();
        }
    }

    @Test
    void theTableOfTheStandardServiceGoesWithAllElseAndIsNotMadeAgain() throws Exception {
        place.set("liquibase.dflockd.enabled", "false");
        Migration.run(place.url());
        assertThat(place.tables()).contains("DATABASECHANGELOGLOCK");
        place.set("liquibase.dflockd.enabled", "true");

        try (var liquibase = Migration.open(place.url())) {
            assertThat(LockServiceFactory.getInstance().getLockService(liquibase.getDatabase()))
                    .isInstanceOf(DflockdLockService.class)
                    .isNotInstanceOf(StandardLockService.class);
            liquibase.dropAll();
            assertThat(place.tables()).isEmpty();
            liquibase.update("");
            assertThat(place.tables()).doesNotContain("DATABASECHANGELOGLOCK");
        }
        assertThat(isHeld()).isFalse();
    }

    @Test
    void otherCommandsTakeTheLockAndGiveItBack() throws Exception {
        Migration.run(place.url());
        try (var liquibase = Migration.open(place.url()); var client = DflockdClient.connect(place.address())) {
            liquibase.tag("done");
            assertThat(liquibase.tagExists("done")).isTrue();
            liquibase.clearCheckSums();
            assertThat(isHeld()).isFalse();
            place.set("liquibase.changelogLockWaitTimeInMinutes", "0");
            try (var held = client.lock(place.key()).acquire()) {
                assertThatThrownBy(() -> liquibase.tag("again")).hasStackTraceContaining("not granted within 0 min");
                assertThat(held.isValid()).isTrue();
            }
        }
    }

    @Test
    void nothingOfTheClientStaysWhenTheMigrationHasEnded() throws Exception {
        Migration.run(place.url());

        Eventually.await("its connection has ended, and that of the test before", Duration.ofSeconds(10),
                () -> threadsOfClients().stream().noneMatch(name -> name.startsWith("dflockd-connection")));
        Eventually.await("the threads that idle have ended", Duration.ofSeconds(60),
                () -> threadsOfClients().isEmpty());
    }

    private static List<String> threadsOfClients() {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .map(Thread::getName)
                .filter(name -> name.matches("dflockd-(connection-.*|io-\\d+|callback-\\d+|timer-\\d+)"))
                .toList();
    }

    private void withAdministrator() throws Exception {
        var file = Files.writeString(folder.resolve("admin-token"), ADMIN);
        place.restart(ServerConfig.builder().set(Setting.ADMIN_TOKEN_FILE, file.toString()));
    }

    /** As an operator, and waits until the migration knows. */
    private void revoke() throws Exception {
        try (var connection = Connection.dial(place.address(), ConnectionOptions.builder().authToken(ADMIN).build())) {
            connection.holds().revoke(place.key(), Holders.of(place.key()).get(0).fence());
        }
        Eventually.await("the loss is known", Duration.ofSeconds(30), () -> !isKnownToHold());
    }

    private static boolean isKnownToHold() {
        return LockServiceFactory.getInstance().getLockService(Migration.opened()).hasChangeLogLock();
    }

    private boolean isHeldWith(long fence) {
        try {
            return Holders.of(place.key()).stream().anyMatch(holder -> holder.fence() == fence);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isHeld() throws InterruptedException {
        return !Holders.of(place.key()).isEmpty();
    }

    private static void finish(FutureTask<@Nullable Void> migration) throws Exception {
        var unused = migration.get(120, TimeUnit.SECONDS);
    }
}
