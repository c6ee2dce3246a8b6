package io.dflockd.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * The methods that have an annotation, by themselves or by their type, and what it says of them. Read when the proxies are made,
 * so that a mistake ends the start of the program, and not a call at night.
 */
final class AnnotatedMethods<A extends Annotation, T> extends StaticMethodMatcherPointcut {
    private final Class<A> type;
    private final BiFunction<Method, A, T> reading;
    private final Map<MethodClassKey, Optional<T>> known = new ConcurrentHashMap<>();

    AnnotatedMethods(Class<A> type, BiFunction<Method, A, T> reading) {
        this.type = type;
        this.reading = reading;
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return of(method, targetClass) != null;
    }

    @Nullable
    T of(Method method, Class<?> targetClass) {
        return known.computeIfAbsent(new MethodClassKey(method, targetClass), key -> read(method, targetClass))
                .orElse(null);
    }

    private Optional<T> read(Method method, Class<?> targetClass) {
        var specific = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
        @Nullable A own = AnnotatedElementUtils.findMergedAnnotation(specific, type);
        if (own != null) {
            return Optional.of(reading.apply(specific, own));
        }
        if (!Modifier.isPublic(specific.getModifiers()) || Modifier.isStatic(specific.getModifiers())
                || specific.getDeclaringClass() == Object.class) {
            return Optional.empty();
        }
        @Nullable A ofType = AnnotatedElementUtils.findMergedAnnotation(specific.getDeclaringClass(), type);
        return Optional.ofNullable(ofType).map(annotation -> reading.apply(specific, annotation));
    }
}
