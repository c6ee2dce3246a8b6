package io.dflockd.examples.first;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.examples.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs that a newcomer writes from the guide do what it says. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FirstProgramsTest {
    private final DflockdClient client = DflockdClient.connect(TestServer.address());

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void nightlyJobIsDoneByOne() throws Exception {
        assertThat(NightlyJob.run(client)).isTrue();
        try (var other = client.lock("reports/nightly").acquire()) {
            assertThat(NightlyJob.run(client)).isFalse();
            assertThat(other.isValid()).isTrue();
        }
    }

    @Test
    void threeAtOnceUseWhatIsScarce() {
        assertThat(WorkerPool.run(client)).isBetween(1, 3);
    }

    @Test
    void leaderLeads() throws Exception {
        assertThat(Scheduler.run(client, 2, Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void settingIsFollowed() throws Exception {
        client.values().set("settings.log-level", "info");
        var seen = new ArrayList<String>();

        Settings.follow(client, level -> {
            seen.add(level);
            if (seen.size() == 1) {
                client.values().setAsync("settings.log-level", "debug", null).join();
            }
            return !level.equals("debug");
        });

        assertThat(seen).containsExactly("info", "debug");
    }

    @Test
    void eachPictureIsMadeOnce() throws Exception {
        Thumbnails.ask(client, "cat.png");
        Thumbnails.ask(client, "dog.png");
        Thumbnails.ask(client, "cat.png");
        var made = new ArrayList<String>();

        assertThat(Thumbnails.work(client, Duration.ofSeconds(1), made::add)).isEqualTo(2);

        assertThat(made).isEqualTo(List.of("cat.png 200x200", "dog.png 200x200"));
    }
}
