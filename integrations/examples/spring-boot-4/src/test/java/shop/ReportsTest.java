package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.spring.boot.test.AutoConfigureTestDflockd;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@AutoConfigureTestDflockd
class ReportsTest {
    @Autowired Reports reports;
    @Autowired DflockdClient client;
    @Autowired MeterRegistry meters;
    @Autowired ApplicationContext context;

    @Test
    void reportsOfOneCustomerAreWrittenOneAfterAnother() throws Exception {
        long first = reports.write("c1");
        assertThat(reports.write("c1")).isGreaterThan(first);

        try (var other = client.lock("reports/c1").acquire()) {
            assertThat(reports.write("c2")).isPositive();
            assertThatThrownBy(() -> reports.write("c1")).isInstanceOf(AcquireTimeoutException.class);
        }
    }

    @Test
    void actuatorKnowsTheClient() {
        reports.write("c3");

        assertThat(meters.get("dflockd.client.connections").gauge().value()).isEqualTo(1);
        assertThat(meters.get("dflockd.client.hold").tag("kind", "lock").timers()).isNotEmpty();
        assertThat(context.containsBean("dflockdHealthIndicator")).isTrue();
    }
}
