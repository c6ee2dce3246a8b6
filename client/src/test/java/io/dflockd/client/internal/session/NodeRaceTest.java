package io.dflockd.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ManualTime;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeRaceTest {
    private static final Duration HEAD_START = Duration.ofMillis(300);

    private final ManualTime time = new ManualTime();
    private final List<String> tried = new ArrayList<>();
    private final List<String> discarded = new ArrayList<>();
    private final Map<String, CompletableFuture<String>> attempts = new HashMap<>();

    @Test
    void firstNodeIsTheOnlyOneWhereItServes() {
        var race = race(Duration.ofSeconds(10), "a", "b", "c");
        serve("a");

        time.advance(Duration.ofSeconds(20));
        assertThat(race).isCompletedWithValue("a serves");
        assertThat(tried).containsExactly("a");
    }

    @Test
    void nextNodeIsTriedAtOnceAfterARefusalAndSoonAfterSilence() {
        var race = race(Duration.ofSeconds(10), "a", "b", "c");
        refuse("a");
        assertThat(tried).containsExactly("a", "b");

        time.advance(HEAD_START.minusMillis(1));
        assertThat(tried).containsExactly("a", "b");
        time.advance(Duration.ofMillis(1));
        assertThat(tried).containsExactly("a", "b", "c");

        serve("c");
        assertThat(race).isCompletedWithValue("c serves");
        assertThat(attempts.get("b")).isCancelled();
    }

    @Test
    void silentNodeStillWinsWhenItSpeaksFirst() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        time.advance(HEAD_START);
        serve("a");

        assertThat(race).isCompletedWithValue("a serves");
        assertThat(attempts.get("b")).isCancelled();
    }

    @Test
    void allAreTriedWithinAShortTime() {
        var unused = race(Duration.ofMillis(90), "a", "b", "c");
        time.advance(Duration.ofMillis(60));

        assertThat(tried).containsExactly("a", "b", "c");
    }

    @Test
    void nodesThatCannotBeConnectedToAreGivenUpAtOnce() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        refuse("a");
        refuse("b");

        assertThatThrownBy(race::join).cause()
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessage("no node serves: a: refused; b: refused");
    }

    @Test
    void nodesThatEndConnectionsAreTriedAgainForAWhile() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        refuse("a");
        end("b");
        time.advance(Duration.ofMillis(50));
        assertThat(tried).containsExactly("a", "b", "a");

        for (int i = 0; i < 20 && !race.isDone(); i++) {
            refuse("a");
            end("b");
            time.advance(Duration.ofMillis(400));
        }
        assertThatThrownBy(race::join).cause()
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessage("no node serves: a: refused; b: ended");
    }

    @Test
    void othersAreTriedAgainWhileOneIsSilent() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        time.advance(HEAD_START);
        refuse("b");
        time.advance(Duration.ofSeconds(4));
        refuse("b");
        time.advance(Duration.ofSeconds(1));
        serve("b");

        assertThat(race).isCompletedWithValue("b serves");
        assertThat(attempts.get("a")).isCancelled();
        assertThat(tried).containsExactly("a", "b", "b", "b");
    }

    @Test
    void silenceEndsWithTheTime() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        time.advance(HEAD_START);
        refuse("a");
        time.advance(Duration.ofSeconds(10));

        assertThatThrownBy(race::join).cause().hasMessage("no node serves within 10 s: a:1: silent; b:1: silent");
        assertThat(attempts.get("b")).isCancelled();
    }

    @Test
    void tokenThatIsRefusedIsTriedNowhereElse() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        attempts.get("a").completeExceptionally(new AuthenticationException("a: no"));

        assertThatThrownBy(race::join).cause().isInstanceOf(AuthenticationException.class);
        assertThat(tried).containsExactly("a");
    }

    @Test
    void cancellingEndsAllAttempts() {
        var race = race(Duration.ofSeconds(10), "a", "b");
        time.advance(HEAD_START);
        race.cancel(false);

        assertThat(attempts.values()).allMatch(CompletableFuture::isCancelled);
        time.advance(Duration.ofSeconds(20));
        assertThat(tried).containsExactly("a", "b");
    }

    private CompletableFuture<String> race(Duration within, String... nodes) {
        var addresses = Stream.of(nodes).map(node -> new ServerAddress(node, 1)).toList();
        return new NodeRace<String>(time, addresses, within.toNanos(), this::attempt, discarded::add).run();
    }

    private CompletableFuture<String> attempt(ServerAddress node) {
        tried.add(node.host());
        var attempt = new CompletableFuture<String>();
        attempts.put(node.host(), attempt);
        return attempt;
    }

    private void serve(String node) {
        attempts.get(node).complete(node + " serves");
    }

    private void refuse(String node) {
        attempts.get(node).completeExceptionally(new ConnectionFailedException(node + ": refused"));
    }

    private void end(String node) {
        attempts.get(node).completeExceptionally(new ConnectionLostException(node + ": ended"));
    }
}
