package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.spring.boot.test.AutoConfigureTestDflockd;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@AutoConfigureTestDflockd
class ReportsTest {
    @Autowired Reports reports;
    @Autowired DflockdClient client;

    @Test
    void reportsOfOneCustomerAreWrittenOneAfterAnother() throws Exception {
        long first = reports.write("c1");
        assertThat(reports.write("c1")).isGreaterThan(first);

        try (var other = client.lock("reports/c1").acquire()) {
            assertThat(reports.write("c2")).isPositive();
            assertThatThrownBy(() -> reports.write("c1")).isInstanceOf(AcquireTimeoutException.class);
        }
    }
}
