package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.MaxLocksException;
import io.dflockd.junit.DflockdServers;
import io.dflockd.spring.boot.DflockdConnectionDetails;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;

@Timeout(120)
class AutoConfigureTestDflockdTest {
    @Configuration
    @EnableAutoConfiguration
    static class Program {}

    @ContextConfiguration(classes = Program.class)
    @AutoConfigureTestDflockd
    static class First {}

    @ContextConfiguration(classes = Program.class)
    @AutoConfigureTestDflockd
    static class Second {}

    @ContextConfiguration(classes = Program.class)
    @AutoConfigureTestDflockd(args = {"--max-locks", "1"})
    static class Small {}

    @ContextConfiguration(classes = Program.class)
    @AutoConfigureTestDflockd
    @TestPropertySource(properties = {"dflockd.server=127.0.0.1:1", "dflockd.auth-token=a-token-of-production",
            "dflockd.ssl.bundle=of-production"})
    static class OfProduction {}

    static class Derived extends First {}

    @Configuration
    static class Elsewhere {
        @Bean
        DflockdConnectionDetails elsewhere() {
            return () -> List.of("127.0.0.1:1");
        }
    }

    @ContextConfiguration(classes = {Program.class, Elsewhere.class})
    @AutoConfigureTestDflockd
    static class OfItsOwnDetails {}

    @ContextConfiguration(classes = Program.class)
    @TestPropertySource(properties = "dflockd.server=127.0.0.1:1")
    static class Without {}

    @Configuration
    static class Nothing {}

    /** As a slice: without auto-configuration of its own. */
    @ContextConfiguration(classes = Nothing.class)
    @AutoConfigureTestDflockd
    static class Slice {}

    private static ApplicationContext contextOf(Class<?> testClass) {
        return new TestContextManager(testClass).getTestContext().getApplicationContext();
    }

    private static boolean canLock(ApplicationContext context) throws InterruptedException {
        try (var lease = context.getBean(DflockdClient.class).lock("a").acquire(Duration.ofSeconds(30))) {
            return lease.isValid();
        }
    }

    /** These tests run twice: once on each line, and that of Boot 3.5 on the Java where the server is in another process. */
    @Test
    void bootAndJavaAreThoseThatAreMeant() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("boot.version"));
        assertThat(Runtime.version().feature() < 21).isEqualTo(Boolean.getBoolean("java.is-old"));
    }

    @Test
    void aContextHasAServerOfItsOwnWhateverElseItSays() throws Exception {
        assertThat(canLock(contextOf(First.class))).isTrue();
        assertThat(canLock(contextOf(OfProduction.class))).isTrue();
        assertThat(canLock(contextOf(OfItsOwnDetails.class))).isTrue();
        assertThat(contextOf(OfProduction.class).getBean(DflockdServers.class).address())
                .isNotEqualTo(contextOf(First.class).getBean(DflockdServers.class).address());
    }

    @Test
    void classesThatDifferInNothingShareTheirContext() {
        assertThat(contextOf(Second.class)).isSameAs(contextOf(First.class));
        assertThat(contextOf(Derived.class)).isSameAs(contextOf(First.class));
        assertThat(contextOf(Small.class)).isNotSameAs(contextOf(First.class));
    }

    @Test
    void aSliceHasAClient() throws Exception {
        assertThat(canLock(contextOf(Slice.class))).isTrue();
    }

    @Test
    void theArgumentsAreTheServers() throws Exception {
        var client = contextOf(Small.class).getBean(DflockdClient.class);
        try (var first = client.lock("a").acquire(Duration.ofSeconds(30))) {
            assertThat(first.isValid()).isTrue();
            assertThatThrownBy(() -> client.lock("b").acquire()).isInstanceOf(MaxLocksException.class);
        }
    }

    @Test
    void withoutTheAnnotationNothingIsReplaced() {
        var context = contextOf(Without.class);
        assertThat(context.getBeanNamesForType(DflockdServers.class)).isEmpty();
        assertThatThrownBy(() -> canLock(context)).isInstanceOf(ConnectionFailedException.class);
    }

    @Test
    void theServerEndsWithItsContextAndAfterTheClient() throws Exception {
        var manager = new TestContextManager(OfItsOwnDetails.class);
        var context = manager.getTestContext().getApplicationContext();
        var server = context.getBean(DflockdServers.class).address();
        assertThat(canLock(context)).isTrue();

        manager.getTestContext().markApplicationContextDirty(null);

        try (var other = DflockdClient.connect(server)) {
            assertThat(other.ping(Duration.ofSeconds(1))).isEmpty();
        }
    }
}
