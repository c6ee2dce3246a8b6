package io.dflockd.spring;

import io.dflockd.client.DflockdClient;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** A context with locked methods, of a client that is there already. Keys begin with {@code t/}. */
final class LockedContext implements AutoCloseable {
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    LockedContext(DflockdClient client, Class<?>... beans) {
        AopConfigUtils.registerAutoProxyCreatorIfNecessary(context);
        AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(context);
        context.registerBean(WithLockAdvisor.class, () -> new WithLockAdvisor(() -> client, "t/", text -> text),
                definition -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
        context.register(beans);
        context.refresh();
    }

    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
