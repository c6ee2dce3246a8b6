package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.spring.boot.test.AutoConfigureTestDflockd;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;

/** A slice of the program, which would have neither a client nor locked methods by itself. */
@JsonTest
@AutoConfigureTestDflockd
@Import(Reports.class)
class SliceTest {
    @Autowired Reports reports;
    @Autowired DflockdClient client;
    @Autowired ApplicationContext context;

    @Test
    void aSliceHasAClientAndLockedMethods() throws Exception {
        assertThat(context.getBeanNamesForType(Sweeper.class)).as("what is not of the slice").isEmpty();

        try (var other = client.lock("reports/c1").acquire()) {
            assertThat(reports.write("c2")).isPositive();
            assertThatThrownBy(() -> reports.write("c1")).isInstanceOf(AcquireTimeoutException.class);
        }
    }
}
