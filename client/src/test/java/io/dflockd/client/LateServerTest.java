package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.error.DflockdException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that is started before its server. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LateServerTest {
    @Test
    void candidateLeadsOnceTheServerIsThere() throws Exception {
        var gone = new FakeServer();
        var address = gone.address();
        gone.close();
        var failures = new AtomicInteger();
        var leads = new CountDownLatch(1);
        try (var client = DflockdClient.builder()
                .server(address)
                .sessionGrace(Duration.ZERO)
                .connectionListener(counting(failures))
                .build()) {
            var candidacy = client.election("boss").run(leadership -> leads.countDown());
            eventually(() -> failures.get() > 2);

            try (var server = new FakeServer(new ServerSocket(ServerAddress.parse(address).port(), 50,
                    InetAddress.getLoopbackAddress()))) {
                var peer = server.accept();
                peer.expect("elect", "boss", "86400").send("ok T1 33 7");
                assertThat(leads.await(10, TimeUnit.SECONDS)).isTrue();
                var closing = FakeServer.run(candidacy::close);
                peer.expect("resign", "boss", "T1").send("ok");
                closing.join();
            }
        }
    }

    private static ConnectionListener counting(AtomicInteger failures) {
        return new ConnectionListener() {
            @Override
            public void connectFailed(ServerAddress server, DflockdException cause) {
                failures.incrementAndGet();
            }
        };
    }
}
