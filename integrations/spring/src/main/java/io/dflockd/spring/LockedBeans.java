package io.dflockd.spring;

import io.dflockd.client.DflockdClient;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Has a client that is a bean closed after all beans that have {@link WithLock} methods, and so after those that these are
 * injected into: what they do when they are destroyed may call such methods. A bean by itself is enough; with Spring Boot
 * the starter has it.
 */
public final class LockedBeans implements BeanPostProcessor, BeanFactoryAware {
    private final AnnotatedMethods<WithLock, WithLock> methods = new AnnotatedMethods<>(WithLock.class,
            (method, annotation) -> annotation);
    private @Nullable ConfigurableListableBeanFactory beans;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory instanceof ConfigurableListableBeanFactory listable ? listable : null;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (beans != null && methods.getClassFilter().matches(bean.getClass())) {
            for (var client : beans.getBeanNamesForType(DflockdClient.class, true, false)) {
                beans.registerDependentBean(client, beanName);
            }
        }
        return bean;
    }
}
