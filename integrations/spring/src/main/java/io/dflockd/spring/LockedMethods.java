package io.dflockd.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * The methods that have {@link WithLock}, and what it says of them. Read when the proxies are made, so that a mistake ends the
 * start of the program, and not a call at night.
 */
final class LockedMethods extends StaticMethodMatcherPointcut {
    private final UnaryOperator<String> placeholders;
    private final Map<MethodClassKey, Optional<LockTerms>> known = new ConcurrentHashMap<>();

    LockedMethods(UnaryOperator<String> placeholders) {
        this.placeholders = placeholders;
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return termsOf(method, targetClass) != null;
    }

    @Nullable
    LockTerms termsOf(Method method, Class<?> targetClass) {
        return known.computeIfAbsent(new MethodClassKey(method, targetClass), key -> read(method, targetClass))
                .orElse(null);
    }

    private Optional<LockTerms> read(Method method, Class<?> targetClass) {
        var specific = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
        @Nullable WithLock own = AnnotatedElementUtils.findMergedAnnotation(specific, WithLock.class);
        if (own != null) {
            return Optional.of(LockTerms.of(specific, own, placeholders));
        }
        if (!Modifier.isPublic(specific.getModifiers()) || Modifier.isStatic(specific.getModifiers())
                || specific.getDeclaringClass() == Object.class) {
            return Optional.empty();
        }
        @Nullable WithLock ofType = AnnotatedElementUtils.findMergedAnnotation(specific.getDeclaringClass(),
                WithLock.class);
        return Optional.ofNullable(ofType).map(annotation -> LockTerms.of(specific, annotation, placeholders));
    }
}
