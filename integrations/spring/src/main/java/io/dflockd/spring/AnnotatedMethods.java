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
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The methods that have an annotation, by themselves or by their type, and what it says of them. Read when the proxies are made,
 * so that a mistake ends the start of the program, and not a call at night.
 */
final class AnnotatedMethods<A extends Annotation, T> extends StaticMethodMatcherPointcut {
    private final Class<A> type;
    private final BiFunction<Method, A, T> reading;
    private final Map<MethodClassKey, Optional<T>> known = new ConcurrentHashMap<>();
    private final Map<Class<?>, Boolean> scanned = new ConcurrentHashMap<>();

    AnnotatedMethods(Class<A> type, BiFunction<Method, A, T> reading) {
        this.type = type;
        this.reading = reading;
        setClassFilter(target -> scanned.computeIfAbsent(ClassUtils.getUserClass(target), this::hasAny));
    }

    /**
     * Whether any method of that class has the annotation. All are read, as who makes the proxies asks for one method after
     * another until one matches, and for none that no proxy can see.
     */
    private boolean hasAny(Class<?> target) {
        boolean found = false;
        if (AnnotationUtils.isCandidateClass(target, type)) {
            for (var declaring : Interceptable.typesOf(target)) {
                for (var method : ReflectionUtils.getDeclaredMethods(declaring)) {
                    if (!method.isSynthetic() && of(method, target) != null) {
                        Interceptable.requireSeen(method, type, target);
                        found = true;
                    }
                }
            }
        }
        return found;
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
