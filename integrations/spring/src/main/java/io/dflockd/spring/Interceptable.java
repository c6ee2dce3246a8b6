package io.dflockd.spring;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseLostException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** What is the same for all annotations of methods: which can have them, and what a call gives that was skipped or lost. */
final class Interceptable {
    /** What has yet to begin when a method returns it. By name, as none of them need be there. */
    private static final Set<String> SUBSCRIBED_TO = Set.of("org.reactivestreams.Publisher",
            "java.util.concurrent.Flow$Publisher", "io.reactivex.rxjava3.core.ObservableSource",
            "io.reactivex.rxjava3.core.SingleSource", "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.CompletableSource", "io.smallrye.mutiny.Uni", "kotlinx.coroutines.flow.Flow");

    private Interceptable() {}

    /** @throws IllegalStateException when no proxy can do what the annotation says */
    static void require(Method method, Class<? extends Annotation> annotation) {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isFinal(modifiers) || Modifier.isStatic(modifiers)) {
            throw wrong(method, annotation,
                    "on a private, final or static method nothing takes effect, as no proxy sees its calls",
                    null);
        }
        var returned = method.getReturnType();
        if (typesOf(returned).stream().anyMatch(type -> SUBSCRIBED_TO.contains(type.getName()))) {
            throw wrong(method, annotation, "a " + returned.getSimpleName()
                    + " does nothing before it is subscribed to, when the lease would be gone", null);
        }
        if (CompletionStage.class.isAssignableFrom(returned) && !returned.isAssignableFrom(CompletableFuture.class)) {
            throw wrong(method, annotation, "what the caller gets is no " + returned.getSimpleName()
                    + "; CompletableFuture and CompletionStage are valid", null);
        }
        var parameters = method.getParameterTypes();
        if (parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
            throw wrong(method, annotation,
                    "a suspend function returns before it has finished; dflockd-kotlin has withLease for it", null);
        }
    }

    /** @throws IllegalStateException when the proxies of that class do not see the calls of a method of a type above it */
    static void requireSeen(Method method, Class<? extends Annotation> annotation, Class<?> proxied) {
        int hidden = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE;
        if ((method.getModifiers() & hidden) == 0
                && !method.getDeclaringClass().getPackageName().equals(proxied.getPackageName())) {
            throw wrong(method, annotation, "as a method without a modifier it is not seen by the proxy of "
                    + proxied.getName() + ", which is in another package", null);
        }
    }

    /** The type, and all above it. */
    static Set<Class<?>> typesOf(Class<?> type) {
        var types = new LinkedHashSet<Class<?>>();
        var left = new ArrayDeque<Class<?>>(List.of(type));
        while (!left.isEmpty()) {
            var next = left.pop();
            if (types.add(next)) {
                left.addAll(List.of(next.getInterfaces()));
                @Nullable Class<?> above = next.getSuperclass();
                if (above != null) {
                    left.add(above);
                }
            }
        }
        return types;
    }

    static IllegalStateException wrong(Method method, Class<? extends Annotation> annotation, String what,
            @Nullable Exception cause) {
        return new IllegalStateException(
                "@" + annotation.getSimpleName() + " on " + method.getDeclaringClass().getName()
                        + "." + method.getName() + ": " + what,
                cause);
    }

    /** What a call gives that was skipped. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is returned
    static @Nullable Object nothing(Method method) {
        var type = method.getReturnType();
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (CompletionStage.class.isAssignableFrom(type)) {
            return CompletableFuture.completedFuture(null);
        }
        if (!type.isPrimitive() || type == void.class) {
            return null;
        }
        return Array.get(Array.newInstance(type, 1), 0);
    }

    /** Why it is lost; null where it is not, and where the program itself gave it back or passed it on. */
    static @Nullable LeaseLostException lossOf(Lease lease) {
        try {
            lease.ensureValid();
            return null;
        } catch (LeaseLostException lost) {
            return lost;
        } catch (IllegalStateException over) {
            return null;
        }
    }

    /** The loss with the failure beside it, where there was one; else the failure. */
    static Throwable orLost(Lease lease, Throwable failure) {
        @Nullable LeaseLostException lost = lossOf(lease);
        if (lost == null || lost == failure) {
            return failure;
        }
        lost.addSuppressed(failure);
        return lost;
    }

    /** The result of a call under a lease, or the exception that it threw, unless the lease is lost. */
    static @Nullable Object under(Lease lease, MethodInvocation call) throws Throwable {
        @Nullable Object result;
        try {
            result = call.proceed();
        } catch (Throwable failure) {
            throw orLost(lease, failure);
        }
        @Nullable LeaseLostException lost = lossOf(lease);
        if (lost != null) {
            throw lost;
        }
        return result;
    }
}
