package io.dflockd.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.service.access.Login;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Logins of browsers. */
class LoginsTest {
    private static final Login SOMEBODY = Login.OF_ADMIN;

    private final AtomicLong nowMs = new AtomicLong(5);
    private final LoginCookie cookie = new LoginCookie(6389, false);
    private final Logins logins = new Logins(cookie, nowMs::get);

    @Test
    void isFoundAmongOtherCookies() {
        var number = logins.begin(SOMEBODY);

        assertThat(number).hasSize(43);
        assertThat(logins.find("a=b; dflockd_6389=" + number + ";c=d")).isEqualTo(SOMEBODY);
        assertThat(logins.find("dflockd_6390=" + number)).isNull();
        assertThat(logins.find("dflockd_6389=" + number + "x")).isNull();
        assertThat(logins.find("dflockd_6389=")).isNull();
        assertThat(logins.find("")).isNull();
    }

    @Test
    void endsAfterHalfADay() {
        var number = logins.begin(SOMEBODY);

        nowMs.addAndGet(12 * 60 * 60 * 1000L - 1);
        assertThat(logins.find("dflockd_6389=" + number)).isEqualTo(SOMEBODY);
        nowMs.incrementAndGet();
        assertThat(logins.find("dflockd_6389=" + number)).isNull();
    }

    @Test
    void endsByLogout() {
        var number = logins.begin(SOMEBODY);
        var other = logins.begin(SOMEBODY);

        logins.end("dflockd_6389=" + number);

        assertThat(logins.find("dflockd_6389=" + number)).isNull();
        assertThat(logins.find("dflockd_6389=" + other)).isEqualTo(SOMEBODY);
    }

    @Test
    void theOldestMakesRoom() {
        var first = logins.begin(SOMEBODY);
        var second = logins.begin(SOMEBODY);
        IntStream.range(2, Logins.MOST + 1).forEach(i -> logins.begin(SOMEBODY));

        assertThat(logins.find("dflockd_6389=" + first)).isNull();
        assertThat(logins.find("dflockd_6389=" + second)).isEqualTo(SOMEBODY);
    }

    @Test
    void theCookieIsForThisServerAlone() {
        assertThat(cookie.keep("n", true))
                .isEqualTo("dflockd_6389=n; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
        assertThat(cookie.forget()).startsWith("dflockd_6389=; Path=/; Max-Age=0;");
    }
}
