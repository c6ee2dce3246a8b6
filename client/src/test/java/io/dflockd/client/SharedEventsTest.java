package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.LeaderEvent.LeaderChange;
import io.dflockd.client.event.SignalConn;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchEvent.KeyChange;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events that share the session of their client. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedEventsTest {
    private static final Gap RECONNECTED = new Gap(Gap.Cause.RECONNECTED, 0);

    private final FakeServer server = new FakeServer();
    private final DflockdClient client = DflockdClient.connect(server.address());
    private TaggedPeer session;

    @BeforeEach
    void begin() {
        var first = client.counters().getAsync("c");
        session = TaggedPeer.accept(server);
        session.send(session.expect("get", "c", "") + " ok 1");
        assertThat(first.join()).isEqualTo(1);
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void patternIsSubscribedToOnceWhileAnyStreamWantsIt() throws Exception {
        var one = client.signals();
        var two = client.signals();
        confirm(listening(one, "ev.*"), "listen", "ev.*");
        listening(two, "ev.*").join();

        session.send("sig ev.a 1");
        assertThat(one.signals().next()).contains(new Signal("ev.a", "1"));
        one.unlisten("ev.*");
        session.send("sig ev.a 2");
        assertThat(two.signals().next()).contains(new Signal("ev.a", "1"));
        assertThat(two.signals().next()).contains(new Signal("ev.a", "2"));
        two.close();
        session.send(session.expect("unlisten", "ev.*", "") + " ok");

        one.close();
        assertThat(one.signals().next()).isEmpty();
    }

    @Test
    void streamGetsASignalOnceHoweverManyOfItsPatternsMatch() throws Exception {
        var many = client.signals();
        var other = client.signals();
        confirm(listening(many, "ev.*"), "listen", "ev.*");
        confirm(listening(many, "ev.a"), "listen", "ev.a");
        confirm(listening(many, ">"), "listen", ">");
        confirm(listening(other, "ev.b"), "listen", "ev.b");

        session.send("sig ev.a 1").send("sig ev.b 2");

        assertThat(many.signals().next()).contains(new Signal("ev.a", "1"));
        assertThat(many.signals().next()).contains(new Signal("ev.b", "2"));
        assertThat(other.signals().next()).contains(new Signal("ev.b", "2"));
    }

    @Test
    void kindsOfSubscriptionsAreToldApart() throws Exception {
        var signals = client.signals();
        var watches = client.watches();
        confirm(listening(signals, "x.>"), "listen", "x.>");
        confirm(FakeServer.run(() -> watches.watch("x.>")), "watch", "x.>");

        session.send("watch kset x.a").send("sig x.a 1");

        assertThat(watches.events().next()).contains(new KeyChange("kset", "x.a"));
        assertThat(signals.signals().next()).contains(new Signal("x.a", "1"));
    }

    @Test
    void listenReturnsWhenTheServerHasConfirmedAlsoWhileARemovalIsUnderWay() throws Exception {
        var one = client.signals();
        var two = client.signals();
        confirm(listening(one, "ev"), "listen", "ev");
        var leaving = FakeServer.run(() -> one.unlisten("ev"));
        var removal = session.expect("unlisten", "ev", "");
        var coming = listening(two, "ev");
        assertThat(leaving).isNotDone();

        session.send(removal + " ok");
        var again = session.expect("listen", "ev", "");
        assertThat(coming).isNotDone();
        session.send(again + " ok").send("sig ev 1");

        coming.join();
        leaving.join();
        assertThat(two.signals().next()).contains(new Signal("ev", "1"));
    }

    @Test
    void refusedSubscriptionLeavesNothingBehind() throws Exception {
        var signals = client.signals();
        var refused = listening(signals, "ev");
        session.send(session.expect("listen", "ev", "") + " error");
        assertThatThrownBy(refused::join).cause().isInstanceOf(ServerErrorException.class);

        confirm(listening(signals, "ev"), "listen", "ev");
        session.send("sig ev 1");

        assertThat(signals.signals().next()).contains(new Signal("ev", "1"));
    }

    @Test
    void resumedSessionKeepsItsSubscriptionsAndTellsEachStreamOfTheGap() throws Exception {
        var signals = client.signals();
        var watches = client.watches();
        confirm(listening(signals, "ev"), "listen", "ev");
        confirm(FakeServer.run(() -> watches.watch("k")), "watch", "k");
        session.send("sig ev 1");
        assertThat(signals.signals().next()).contains(new Signal("ev", "1"));

        session.reset();
        session = TaggedPeer.resume(server, session, 3).send("missed events 3").send("sig ev 5").send("watch kset k");

        assertThat(signals.signals().next()).contains(RECONNECTED);
        assertThat(signals.signals().next()).contains(new Signal("ev", "5"));
        assertThat(watches.events().next()).contains(RECONNECTED);
        assertThat(watches.events().next()).contains(new KeyChange("kset", "k"));
        var asked = client.counters().getAsync("c");
        session.send(session.expect("get", "c", "") + " ok 1"); // and nothing before it
        assertThat(asked.join()).isEqualTo(1);
    }

    @Test
    void lostSessionIsSubscribedToAnewAndTellsEachStreamOfTheGap() throws Exception {
        var signals = client.signals();
        confirm(listening(signals, "ev.*"), "listen", "ev.*");

        session.reset();
        session = TaggedPeer.beginAnew(server);
        session.send(session.expect("listen", "ev.*", "") + " ok");

        assertThat(signals.signals().next()).contains(RECONNECTED);
        session.send("sig ev.a 1");
        assertThat(signals.signals().next()).contains(new Signal("ev.a", "1"));
    }

    @Test
    void groupIsListenedToOverAConnectionOfItsOwnAndHeardInTheSameStream() throws Exception {
        var signals = client.signals();
        confirm(listening(signals, "ev"), "listen", "ev");
        var joining = FakeServer.run(() -> signals.listen("tasks", "workers"));
        var own = server.accept().expect("listen", "tasks", "workers").send("ok");
        joining.join();

        own.send("sig tasks 1");
        assertThat(signals.signals().next()).contains(new Signal("tasks", "1"));
        session.send("sig ev 2");
        assertThat(signals.signals().next()).contains(new Signal("ev", "2"));
        signals.close();

        own.expectEnd();
    }

    @Test
    void clientThatIsElectedTellsItsOwnObservers() throws Exception {
        var election = client.election("boss");
        var observing = FakeServer.async(election::observe);
        session.send(session.expect("observe", "boss", "") + " ok");
        var observer = observing.join();

        var campaign = election.campaignAsync(Duration.ofSeconds(5));
        session.send("leader failover boss").send(session.expect("elect", "boss", "5") + " ok T1 33 7");

        assertThat(campaign.join()).isPresent();
        assertThat(observer.events().next()).contains(new LeaderChange("failover", "boss"));
        assertThat(observer.events().next()).contains(new LeaderChange("elected", "boss"));
    }

    @Test
    void eachObserverAsksWhetherSomebodyLeads() throws Exception {
        var first = FakeServer.async(client.election("boss")::observe);
        session.send(session.expect("observe", "boss", "") + " ok");
        var second = FakeServer.async(client.election("boss")::observe);
        session.send(session.expect("observe", "boss", "") + " ok").send("leader elected boss");

        assertThat(second.join().events().next()).contains(new LeaderChange("elected", "boss"));
        first.join().close();
        second.join().close();
        session.expect("unobserve", "boss", "");
    }

    @Test
    void streamThatIsNotReadHoldsNobodyBack() throws Exception {
        var slow = client.signals();
        var quick = client.signals();
        confirm(listening(slow, "ev"), "listen", "ev");
        listening(quick, "ev").join();

        for (int i = 0; i < 1_500; i++) {
            session.send("sig ev " + i);
            assertThat(quick.signals().next()).contains(new Signal("ev", Integer.toString(i)));
        }

        eventually(() -> slow.signals().dropped() == 476);
        assertThat(quick.signals().dropped()).isZero();
    }

    private static CompletableFuture<Void> listening(SignalConn signals, String pattern) {
        return FakeServer.run(() -> signals.listen(pattern));
    }

    private void confirm(CompletableFuture<Void> call, String command, String key) {
        session.send(session.expect(command, key, "") + " ok");
        call.join();
    }
}
