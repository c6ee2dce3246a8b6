package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private static final int TRIES = 10;

    private final FailedLogins logins = new FailedLogins(TRIES);
    private final InetAddress bad = address("192.0.2.1");

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void fail(InetAddress address, int times, long nowMs) {
        for (int i = 0; i < times; i++) {
            logins.failed(address, nowMs);
        }
    }

    @Test
    void theTenthFailureClosesTheDoor() {
        fail(bad, TRIES - 1, 0);
        assertThat(logins.mayTry(bad, 0)).isTrue();
        fail(bad, 1, 0);
        assertThat(logins.mayTry(bad, 0)).isFalse();
        assertThat(logins.mayTry(address("192.0.2.2"), 0)).as("a neighbour").isTrue();
    }

    @Test
    void aTryComesBackEverySixSeconds() {
        fail(bad, TRIES, 0);
        assertThat(logins.mayTry(bad, 5_999)).isFalse();
        assertThat(logins.mayTry(bad, 6_000)).isTrue();
        fail(bad, 1, 6_000);
        assertThat(logins.mayTry(bad, 11_999)).isFalse();
        assertThat(logins.mayTry(bad, 18_000)).isTrue();
        fail(bad, 2, 18_000);
        assertThat(logins.mayTry(bad, 18_000)).isFalse();
        assertThat(logins.mayTry(bad, 600_000)).isTrue();
        fail(bad, TRIES - 1, 600_000);
        assertThat(logins.mayTry(bad, 600_000)).as("not more than all came back").isTrue();
        fail(bad, 1, 600_000);
        assertThat(logins.mayTry(bad, 600_000)).isFalse();
    }

    @Test
    void whoGoesOnFailingOverOldConnectionsOwesNoMoreThanAllTries() {
        fail(bad, 1000, 0);
        assertThat(logins.mayTry(bad, 5_999)).isFalse();
        assertThat(logins.mayTry(bad, 6_000)).isTrue();
    }

    @Test
    void ofAnIpv6AddressTheFirstHalfCounts() {
        fail(address("2001:db8:1:2:3:4:5:6"), TRIES, 0);
        assertThat(logins.mayTry(address("2001:db8:1:2:ffff::1"), 0)).isFalse();
        assertThat(logins.mayTry(address("2001:db8:1:3:3:4:5:6"), 0)).isTrue();
        assertThat(logins.mayTry(address("0.0.0.0"), 0)).isTrue();
    }

    @Test
    void anIpv4AddressIsTheSameInsideIpv6() throws UnknownHostException {
        var mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bad.getAddress(), 0, mapped, 12, 4);
        fail(bad, TRIES, 0);
        assertThat(logins.mayTry(java.net.Inet6Address.getByAddress(null, mapped, 0), 0)).isFalse();
    }

    @Test
    void theLeastRecentSourceIsForgotten() throws UnknownHostException {
        fail(bad, TRIES, 0);
        for (int i = 0; i < FailedLogins.MOST_SOURCES - 1; i++) {
            logins.failed(InetAddress.getByAddress(new byte[]{10, 0, (byte) (i >> 8), (byte) i}), 0);
        }
        assertThat(logins.mayTry(bad, 0)).as("seen again, so it is the most recent").isFalse();
        for (int i = 0; i < FailedLogins.MOST_SOURCES - 1; i++) {
            logins.failed(InetAddress.getByAddress(new byte[]{11, 0, (byte) (i >> 8), (byte) i}), 0);
        }
        assertThat(logins.mayTry(bad, 0)).isFalse();
        for (int i = 0; i < FailedLogins.MOST_SOURCES; i++) {
            logins.failed(InetAddress.getByAddress(new byte[]{12, 0, (byte) (i >> 8), (byte) i}), 0);
        }
        assertThat(logins.mayTry(bad, 0)).isTrue();
    }

    @Test
    void noNumberOfTriesIsNoLimit() {
        var unlimited = new FailedLogins(0);
        for (int i = 0; i < 1000; i++) {
            unlimited.failed(bad, 0);
        }
        assertThat(unlimited.mayTry(bad, 0)).isTrue();
    }
}
