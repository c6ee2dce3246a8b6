package io.dflockd.spring;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseLostException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is the same for all annotations of methods: which can have them, and what a call gives that was skipped or lost. */
final class Interceptable {
    /** Of which a method that returns one of these is not finished when it returns. */
    private static final String REACTIVE = "org.reactivestreams.Publisher";

    private Interceptable() {}

    /** @throws IllegalStateException when no proxy can do what the annotation says */
    static void require(Method method, Class<? extends Annotation> annotation) {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isFinal(modifiers) || Modifier.isStatic(modifiers)) {
            throw wrong(method, annotation,
                    "on a private, final or static method nothing takes effect, as no proxy sees its calls",
                    null);
        }
        for (var type = method.getReturnType(); type != null; type = type.getSuperclass()) {
            for (var implemented : type.getInterfaces()) {
                if (implemented.getName().equals(REACTIVE)) {
                    throw wrong(method, annotation, "a " + method.getReturnType().getSimpleName()
                            + " does nothing before it is subscribed to, when the lease would be gone", null);
                }
            }
        }
        var parameters = method.getParameterTypes();
        if (parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
            throw wrong(method, annotation, "a suspend function returns before it has finished", null);
        }
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

    /** The loss with the failure beside it, where there was one; else the failure. */
    static Throwable orLost(Lease lease, Throwable failure) {
        try {
            lease.ensureValid();
        } catch (LeaseLostException lost) {
            lost.addSuppressed(failure);
            return lost;
        }
        return failure;
    }
}
