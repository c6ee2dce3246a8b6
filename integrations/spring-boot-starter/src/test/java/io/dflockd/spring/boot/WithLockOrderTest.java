package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.spring.WithLock;
import io.dflockd.spring.WithLockAdvisor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Where the lock stands among transactions. */
@Timeout(120)
class WithLockOrderTest {
    @AutoClose private final DflockdServer server = DflockdServer.start(
            ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());
    @AutoClose private final DflockdClient other = DflockdClient
            .connect("127.0.0.1:" + server.address().getPort());

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class))
            .withPropertyValues("dflockd.server=127.0.0.1:" + server.address().getPort())
            .withBean(Orders.class)
            .withBean(Transactions.class, () -> new Transactions(other));

    static class Orders {
        @WithLock(key = "orders")
        @Transactional
        public void pack() {}
    }

    @EnableTransactionManagement
    static class LastTransactions {}

    @EnableTransactionManagement(order = 7)
    static class SeventhTransactions {}

    @Test
    void theLockIsTakenBeforeTheTransactionAndGivenBackAfterItsCommit() {
        runner.withUserConfiguration(LastTransactions.class).run(context -> {
            context.getBean(Orders.class).pack();
            assertThat(context.getBean(Transactions.class).seen).containsExactly("begin held", "commit held");
        });
    }

    @Test
    void theOrderIsWhatThePropertySays() {
        var ordered = runner.withUserConfiguration(SeventhTransactions.class);
        ordered.withPropertyValues("dflockd.with-lock.order=6").run(context -> {
            context.getBean(Orders.class).pack();
            assertThat(context.getBean(Transactions.class).seen).containsExactly("begin held", "commit held");
        });
        ordered.withPropertyValues("dflockd.with-lock.order=8").run(context -> {
            context.getBean(Orders.class).pack();
            assertThat(context.getBean(Transactions.class).seen).containsExactly("begin free", "commit free");
        });
    }

    @Test
    void theDefaultIsThatOfTheAdvisor() {
        runner.withUserConfiguration(LastTransactions.class).run(context -> {
            assertThat(context.getBean(WithLockAdvisor.class).getOrder()).isEqualTo(WithLockAdvisor.ORDER);
            assertThat(context.getBean(DflockdProperties.class).withLock().order()).isEqualTo(WithLockAdvisor.ORDER);
        });
        runner.withPropertyValues("dflockd.with-lock.order=first")
                .run(context -> assertThat(context).hasFailed()
                        .getFailure()
                        .hasStackTraceContaining("dflockd.with-lock.order"));
    }

    /** Looks whether the lock is held when it begins and when it commits. */
    static final class Transactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1;

        final transient List<String> seen = new ArrayList<>();
        private final transient DflockdClient other;

        Transactions(DflockdClient other) {
            this.other = other;
        }

        private String state() {
            try {
                var taken = other.lock("orders").tryAcquire();
                taken.ifPresent(Lease::close);
                return taken.isPresent() ? "free" : "held";
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            seen.add("begin " + state());
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            seen.add("commit " + state());
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            seen.add("rollback");
        }
    }
}
