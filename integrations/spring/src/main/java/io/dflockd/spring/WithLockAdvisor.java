package io.dflockd.spring;

import io.dflockd.client.DflockdClient;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.aopalliance.aop.Advice;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Has {@link WithLock} take effect on the beans of a context that makes proxies, which
 * {@code @EnableTransactionManagement}, {@code @EnableAsync} and the like turn on, or
 * {@link org.springframework.aop.framework.autoproxy.InfrastructureAdvisorAutoProxyCreator}. {@link LockedBeans} beside it has
 * the client closed last. With Spring Boot the starter does all of that.
 */
public final class WithLockAdvisor extends AbstractPointcutAdvisor {
    /** Unless {@link #setOrder} says otherwise: outside transactions, whose advisors come last, and inside what hands calls to another thread. */
    public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    private static final long serialVersionUID = 1;

    private final transient AnnotatedMethods<WithLock, LockTerms> methods;
    private final transient WithLockInterceptor interceptor;

    /**
     * @param client asked for at the first call, so that proxies can be made before it
     * @param keyPrefix stands before all keys
     * @param placeholders fills properties into keys and durations, as
     *            {@link org.springframework.beans.factory.config.EmbeddedValueResolver} does
     */
    public WithLockAdvisor(Supplier<DflockdClient> client, String keyPrefix, UnaryOperator<String> placeholders) {
        this.methods = new AnnotatedMethods<>(WithLock.class,
                (method, annotation) -> LockTerms.of(method, annotation, placeholders));
        this.interceptor = new WithLockInterceptor(client, keyPrefix, methods);
        setOrder(ORDER);
    }

    @Override
    public Pointcut getPointcut() {
        return methods;
    }

    @Override
    public Advice getAdvice() {
        return interceptor;
    }
}
