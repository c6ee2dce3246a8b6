package io.dflockd.spring;

import io.dflockd.client.Lease;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Has {@link LeaderOnly} take effect on the beans of a context that makes proxies, see {@link WithLockAdvisor}; with Spring Boot
 * the starter does all of that. A name that no registration has, and two registrations with one name, end the start of the
 * context.
 */
public final class LeaderOnlyAdvisor extends AbstractPointcutAdvisor implements SmartInitializingSingleton {
    /** Outside the locks, which a program that does not lead need not wait for. */
    public static final int ORDER = WithLockAdvisor.ORDER - 10;

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(LeaderOnlyAdvisor.class);

    private final transient AnnotatedMethods<LeaderOnly, String> methods = new AnnotatedMethods<>(LeaderOnly.class,
            this::nameOf);
    private final transient Map<Method, String> named = new ConcurrentHashMap<>();
    private final transient Supplier<List<LeaderRegistration>> registrations;
    /** By name; null before all are there. */
    private transient volatile @Nullable Map<String, LeaderRegistration> byName;

    /** @param registrations those of the context, asked for once, when its singletons are there */
    public LeaderOnlyAdvisor(Supplier<List<LeaderRegistration>> registrations) {
        this.registrations = registrations;
        setOrder(ORDER);
    }

    @Override
    public void afterSingletonsInstantiated() {
        var all = new TreeMap<String, LeaderRegistration>();
        for (var registration : registrations.get()) {
            if (all.put(registration.name(), registration) != null) {
                throw new IllegalStateException("two LeaderRegistration beans have the name \"" + registration.name()
                        + "\"; one candidate per election and program is valid");
            }
        }
        byName = all;
        named.forEach((method, name) -> requireKnown(all, method, name));
    }

    private String nameOf(Method method, LeaderOnly annotation) {
        Interceptable.require(method, LeaderOnly.class);
        var name = annotation.value();
        named.put(method, name);
        var known = byName;
        if (known != null) {
            requireKnown(known, method, name);
        }
        return name;
    }

    private static void requireKnown(Map<String, LeaderRegistration> known, Method method, String name) {
        if (!known.containsKey(name)) {
            throw Interceptable.wrong(method, LeaderOnly.class,
                    "no LeaderRegistration bean has the name \"" + name + "\"; "
                            + (known.isEmpty() ? "there is none at all" : "valid are " + known.keySet()),
                    null);
        }
    }

    @Override
    public Pointcut getPointcut() {
        return methods;
    }

    @Override
    public Advice getAdvice() {
        return (MethodInterceptor) this::invoke;
    }

    private @Nullable Object invoke(MethodInvocation call) throws Throwable {
        var method = call.getMethod();
        var target = call.getThis();
        @Nullable String name = methods.of(method, target == null ? method.getDeclaringClass() : target.getClass());
        if (name == null) {
            return call.proceed();
        }
        var known = byName;
        @Nullable LeaderRegistration registration = known == null ? null : known.get(name);
        if (registration == null) {
            LOG.debug("{} is skipped, as the context has yet to start", method);
            return Interceptable.nothing(method);
        }
        var calls = registration.calls();
        var admitted = calls.begin();
        if (admitted.isEmpty()) {
            LOG.debug("{} is skipped, as this program does not lead {}", method, name);
            return Interceptable.nothing(method);
        }
        var warning = admitted.get();
        try {
            return run(call, name, warning.lease());
        } finally {
            calls.done(warning);
        }
    }

    private static @Nullable Object run(MethodInvocation call, String name, Lease leadership) throws Throwable {
        CurrentLease.push(null, name, leadership);
        try {
            return Interceptable.under(leadership, call);
        } finally {
            CurrentLease.pop();
        }
    }
}
