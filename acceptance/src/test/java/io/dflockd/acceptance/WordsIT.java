package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.connection.Wish;
import io.dflockd.client.error.DeniedException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.event.LossEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The words that {@code hello} announces, from plain connections of the client to the server as a process. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WordsIT {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final String ADMIN = "admin-s3cret";

    private static ServerProcess server;

    private Connection connection;
    private Connection other;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        var token = Files.writeString(folder.resolve("admin"), ADMIN + "\n");
        server = ServerProcess.start("--admin-token-file", token.toString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        connection = Connection.dial(server.address());
        other = Connection.dial(server.address());
    }

    @AfterEach
    void close() {
        connection.close();
        other.close();
    }

    @Test
    void helloAnnouncesTheWords() throws Exception {
        assertThat(connection.hello("words-it").split(" ", -1)[1].split(",", -1)).contains("lost", "ms", "keep",
                "downgrade",
                "holders", "revoke");
    }

    @Test
    void keptHoldOutlivesItsConnection() throws Exception {
        var grant = connection.locks().acquire("kept", WAIT);

        var kept = connection.holds().keep("kept", grant.token(), MINUTE);
        connection.close();
        connection.closed().get(WAIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(kept.remaining()).isEqualTo(MINUTE);
        assertThat(kept.fence()).isEqualTo(grant.fence());
        assertThat(other.locks().renew("kept", grant.token(), MINUTE).fence()).isEqualTo(grant.fence());
        other.locks().release("kept", grant.token());
    }

    @Test
    void keptHoldEndsWithItsLease() throws Exception {
        connection.hello("words-it");
        var grant = connection.locks().acquire("kept-briefly", WAIT, MINUTE);

        var unused = connection.holds().keep("kept-briefly", grant.token(), MOMENT);

        assertThat(other.locks().acquire("kept-briefly", WAIT).fence()).isGreaterThan(grant.fence());
    }

    @Test
    void writerThatBecomesAReaderLetsReadersIn() throws Exception {
        var writing = connection.writeLocks().acquire("doc", WAIT);
        var reader = other.readLocks().acquireAsync("doc", WAIT, null);

        var reading = connection.holds().downgrade("doc", writing.token(), MINUTE);

        assertThat(reading.token()).isEqualTo(writing.token());
        assertThat(reading.fence()).isEqualTo(writing.fence());
        assertThat(reading.lease()).isEqualTo(MINUTE);
        var joined = reader.get(WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThatThrownBy(() -> other.holds().downgrade("doc", joined.token()))
                .isInstanceOf(ServerErrorException.class);
        connection.readLocks().release("doc", reading.token());
    }

    @Test
    void holdersTellsWhoHoldsAndWhoWaits() throws Exception {
        var unused = connection.hello("holder-größe");
        var grant = connection.semaphores().acquire("pool", 1, WAIT);
        var queued = other.semaphores().enqueue("pool", 1);

        try (var third = Connection.dial(server.address())) {
            var holders = third.holds().holders("pool");

            assertThat(queued).isEmpty();
            assertThat(holders).contains("\"key\":\"pool\"", "\"client\":\"holder-größe\"",
                    "\"fence\":" + grant.fence(),
                    "\"holder_count\":1", "\"waiter_count\":1");
            assertThat(holders).doesNotContain(grant.token());
            assertThat(third.holds().holders("pool", 1)).contains("\"holder_count\":1");
            assertThat(third.holds().holders("nobody's")).contains("\"holder_count\":0");
        }
    }

    @Test
    void administratorTakesAHoldAwayAndItsHolderIsTold() throws Exception {
        connection.hello("words-it", Wish.LOST);
        var grant = connection.locks().acquire("taken", WAIT);
        assertThatThrownBy(() -> other.holds().revoke("taken", grant.fence())).isInstanceOf(DeniedException.class);

        other.authenticate(ADMIN);
        other.holds().revoke("taken", grant.fence());

        assertThat(connection.losses().next(WAIT))
                .contains(new LossEvent.HoldLost("taken", grant.fence(), "revoked"));
        assertThat(other.locks().acquire("taken", Duration.ZERO).fence()).isGreaterThan(grant.fence());
        assertThatThrownBy(() -> other.holds().revoke("taken", grant.fence())).isInstanceOf(ServerErrorException.class);
    }

    @Test
    void tokenOfAdministratorsCanBeInTheOptions() throws Exception {
        var grant = connection.locks().acquire("taken-again", WAIT);

        try (var admin = Connection.dial(server.address(), ConnectionOptions.builder().authToken(ADMIN).build())) {
            admin.holds().revoke("taken-again", grant.fence());
        }

        assertThatThrownBy(() -> connection.locks().renew("taken-again", grant.token()))
                .isInstanceOf(ServerErrorException.class);
    }

    @Test
    void holderIsToldThatItsLeaseOfMillisecondsRanOut() throws Exception {
        connection.hello("words-it", Wish.LOST);

        var grant = connection.locks().acquire("brief", MOMENT, MOMENT);

        assertThat(grant.lease()).isEqualTo(MOMENT);
        assertThat(connection.losses().next(WAIT)).contains(new LossEvent.HoldLost("brief", grant.fence(), "expired"));
    }

    @Test
    void everyDurationMayBeMilliseconds() throws Exception {
        connection.hello("words-it");

        var grant = connection.semaphores().acquire("ms", 1, MOMENT, Duration.ofMillis(60_500));
        assertThat(connection.semaphores().renew("ms", grant.token(), Duration.ofMillis(90_250)).remaining())
                .isEqualTo(Duration.ofMillis(90_250));
        assertThat(connection.elections().elect("ms/led", MOMENT, Duration.ofMillis(1500)).lease())
                .isEqualTo(Duration.ofMillis(1500));
        assertThat(connection.lists().popLeft("ms/list", MOMENT)).isEmpty();
        assertThat(connection.barriers().await("ms/barrier", 2, MOMENT)).isFalse();
        connection.values().set("ms/value", "v", Duration.ofMillis(90_250));
        assertThat(connection.values().get("ms/value")).contains("v");
        assertThat(connection.values().compareAndSet("ms/value", "v", "w", Duration.ofMillis(90_250))).isTrue();
    }
}
