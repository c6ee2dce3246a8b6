package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import org.junit.jupiter.api.Test;

class GateTest {
    private static ServerConfig.Builder config() {
        return ServerConfig.builder().set(Setting.PORT, "0").set(Setting.AUTH_TOKEN, "s3cret");
    }

    private static String tryToken(DflockdServer server, String token) {
        try (var client = WireClient.connect(server.address())) {
            return client.ask("auth", "_", token);
        }
    }

    @Test
    void whoFailsTooOftenIsNotLetIn() {
        try (var server = DflockdServer.start(config().set(Setting.AUTH_FAILURE_LIMIT, "3").build());
                var good = WireClient.connect(server.address())) {
            assertThat(good.ask("auth", "_", "s3cret")).isEqualTo("ok");
            for (int i = 0; i < 3; i++) {
                assertThat(tryToken(server, "wrong")).isEqualTo("error_auth");
            }

            try (var refused = WireClient.connect(server.address())) {
                assertThat(refused.line()).isEqualTo(WireClient.END);
            }
            assertThat(good.ask("ping", "_", "")).as("who is in stays").isEqualTo("ok");
            assertThat(good.ask("stats", "_", ""))
                    .contains("\"connections_refused\":1,\"auth_failures\":3");
        }
    }

    @Test
    void onlySoManyMayBeHereWhoHaveYetToShowWhoTheyAre() {
        // With one thread they are counted in the order in which they come.
        var config = config().set(Setting.MAX_UNAUTHENTICATED, "2").set(Setting.IO_THREADS, "1").build();
        try (var server = DflockdServer.start(config);
                var one = WireClient.connect(server.address());
                var two = WireClient.connect(server.address())) {
            assertThat(one.ask("auth", "_", "s3cret")).isEqualTo("ok");
            try (var three = WireClient.connect(server.address())) {
                assertThat(three.ask("auth", "_", "s3cret")).as("one of two").isEqualTo("ok");
                // Not before: where three is looked at before it has shown who it is, there are two already.
                try (var four = WireClient.connect(server.address()); var five = WireClient.connect(server.address())) {
                    assertThat(five.line()).isEqualTo(WireClient.END);
                    assertThat(four.ask("auth", "_", "s3cret")).as("still here").isEqualTo("ok");
                }
            }
            assertThat(two.ask("auth", "_", "s3cret")).isEqualTo("ok");
        }
    }

    @Test
    void theLimitCanBeLifted() {
        try (var server = DflockdServer.start(config().set(Setting.AUTH_FAILURE_LIMIT, "0").build())) {
            for (int i = 0; i < 15; i++) {
                assertThat(tryToken(server, "wrong")).isEqualTo("error_auth");
            }
            assertThat(tryToken(server, "s3cret")).isEqualTo("ok");
        }
    }

    @Test
    void whoSaysNothingHasNotFailed() {
        var config = config().set(Setting.AUTH_FAILURE_LIMIT, "1").set(Setting.READ_TIMEOUT, "1").build();
        try (var server = DflockdServer.start(config); var silent = WireClient.connect(server.address())) {
            assertThat(silent.line()).isEqualTo("error_auth");
            assertThat(tryToken(server, "s3cret")).isEqualTo("ok");
        }
    }
}
