package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerInfo;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AtLeastTest {
    private static final Map<ServerAddress, ServerInfo> AWAY = Map.of();
    private static final Map<ServerAddress, ServerInfo> OLD = server(Set.of("tags"));
    private static final Map<ServerAddress, ServerInfo> NEW = server(Set.of("tags", "keep"));

    private final List<String> warnings = new ArrayList<>();

    @Test
    void serverKeepsItInWholeSeconds() throws Exception {
        var lease = new StubLease("k", true);

        atLeast(List.of(NEW)).keep(new Holding(List.of(lease.lease)), Duration.ofMillis(2_500));

        assertThat(lease.keeps).containsExactly(Duration.ofSeconds(3));
        assertThat(warnings).isEmpty();
    }

    /** It held the lock for a moment only, and said that the command had failed. */
    @Test
    void serverThatIsAwayIsAskedAgain() throws Exception {
        var lease = new StubLease("k", true);

        atLeast(List.of(AWAY, NEW)).keep(new Holding(List.of(lease.lease)), Duration.ofHours(1));

        assertThat(lease.keeps).hasSize(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whereTheServerCannotItIsHeldHereForSoLong() throws Exception {
        var lease = new StubLease("k", false);
        long from = System.nanoTime();

        atLeast(List.of(OLD)).keep(new Holding(List.of(lease.lease)), Duration.ofMillis(300));

        assertThat(System.nanoTime() - from).isGreaterThanOrEqualTo(300_000_000);
        assertThat(lease.keeps).isEmpty();
        assertThat(warnings).isEmpty();
    }

    /** It waited on for hours, for a lock that another had. */
    @Test
    void lossEndsTheWait() throws Exception {
        var lease = new StubLease("k", false);

        new AtLeast(wait -> {
            lease.lose();
            return OLD;
        }, warnings::add).keep(new Holding(List.of(lease.lease)), Duration.ofHours(1));

        assertThat(warnings)
                .containsExactly("k: the lock is not kept for as long as --at-least wants (REVOKED)");
    }

    @Test
    void refusalIsSaidAndTheOthersAreKept() throws Exception {
        var gone = new StubLease("gone", false);
        var lease = new StubLease("k", true);

        atLeast(List.of(NEW)).keep(new Holding(List.of(gone.lease, lease.lease)), Duration.ofHours(1));

        assertThat(lease.keeps).hasSize(1);
        assertThat(warnings).containsExactly("gone: the lock is not kept for as long as --at-least wants");
    }

    private AtLeast atLeast(List<Map<ServerAddress, ServerInfo>> answers) {
        var left = new ArrayDeque<>(answers);
        return new AtLeast(wait -> left.removeFirst(), warnings::add);
    }

    private static Map<ServerAddress, ServerInfo> server(Set<String> extensions) {
        return Map.of(StubLease.SERVER, new ServerInfo("dflockd/1", extensions, Map.of()));
    }
}
