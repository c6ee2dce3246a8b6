package io.dflockd.http.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    private final HostNames names = new HostNames(List.of("Locks.example.org"));

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:6389", "10.1.2.3:80", "localhost", "LocalHost:6389", "[::1]",
            "[::1]:6389",
            "locks.example.org", "LOCKS.example.org:443"})
    void anAddressAndAGivenNameAreAccepted(String host) {
        assertThat(names.accept(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3:6389", "LocalHost:6389", "localhost", "[::1]", "[::1]:6389"})
    void theOwnMachineIsWhatMeansItEverywhere(String host) {
        assertThat(HostNames.isOwnMachine(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "locks.example.org", "10.1.2.3:6389", "127.0.0.1.evil.com", "localhost.evil.com",
            "[::2]", "1127.0.0.1"})
    void anotherNameMayBeThatOfAProxy(String host) {
        assertThat(HostNames.isOwnMachine(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "evil.com", "127.0.0.1.evil.com", "localhost.evil.com", "evil.com:6389",
            "locks.example.org.evil.com",
            "xlocks.example.org", "127.0.0.1:80:80", "127.0.0.1@evil.com", "[::1].evil.com", "[::1",
            "locks.example.org.", "127.0.0.1:x",
            ":6389", "user@127.0.0.1", "127.0.0.1/"})
    void anotherNameIsNot(String host) {
        assertThat(names.accept(host)).isFalse();
    }
}
