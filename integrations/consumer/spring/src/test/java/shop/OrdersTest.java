package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dflockd.client.DflockdClient;
import io.dflockd.junit.DflockdServers;
import io.dflockd.junit.DflockdTest;
import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.WithLock;
import io.dflockd.spring.WithLockAdvisor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.SpringVersion;

@DflockdTest
class OrdersTest {
    public static class Orders {
        private final DflockdServers server;

        Orders(DflockdServers server) {
            this.server = server;
        }

        @WithLock(key = "orders/#{#id}", waitAtMost = "30s")
        public long pack(long id) {
            assertEquals(CurrentLease.fence(), server.holders("orders/" + id).get(0).fence());
            return CurrentLease.fence();
        }
    }

    @Test
    void aMethodRunsUnderItsLock(DflockdClient client, DflockdServers server) {
        assertTrue(SpringVersion.getVersion().startsWith("6.2."));
        try (var context = new AnnotationConfigApplicationContext()) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(context);
            context.registerBean(WithLockAdvisor.class,
                    () -> new WithLockAdvisor(() -> client, "", context.getBeanFactory()::resolveEmbeddedValue),
                    definition -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
            context.registerBean(Orders.class, () -> new Orders(server));
            context.refresh();

            long first = context.getBean(Orders.class).pack(7);
            assertTrue(context.getBean(Orders.class).pack(7) > first);
            assertTrue(server.holders("orders/7").isEmpty());
        }
    }
}
