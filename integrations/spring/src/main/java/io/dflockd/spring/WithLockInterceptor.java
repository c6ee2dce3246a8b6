package io.dflockd.spring;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseLostException;
import java.lang.reflect.Method;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the lock of a method, calls it, and gives the lock back. */
final class WithLockInterceptor implements MethodInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(WithLockInterceptor.class);

    private final Supplier<DflockdClient> client;
    private final String keyPrefix;
    private final AnnotatedMethods<WithLock, LockTerms> methods;

    WithLockInterceptor(Supplier<DflockdClient> client, String keyPrefix,
            AnnotatedMethods<WithLock, LockTerms> methods) {
        this.client = client;
        this.keyPrefix = keyPrefix;
        this.methods = methods;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        var target = call.getThis();
        var method = call.getMethod();
        @Nullable LockTerms terms = methods.of(method,
                target == null ? method.getDeclaringClass() : target.getClass());
        if (terms == null || target == null) {
            return call.proceed();
        }
        var key = keyPrefix + terms.key().of(target, method, call.getArguments());
        @Nullable Lease ours = CurrentLease.of(terms, key);
        if (ours != null) {
            ours.ensureValid();
            return call.proceed();
        }
        TemplateNaming.begin(key, keyPrefix + terms.key());
        @Nullable Object result;
        try {
            result = locked(call, terms, key);
        } catch (Throwable failure) {
            TemplateNaming.end(key);
            throw failure;
        }
        if (result instanceof CompletableFuture<?> running) {
            var unused = running.whenComplete((value, failure) -> TemplateNaming.end(key));
        } else {
            TemplateNaming.end(key);
        }
        return result;
    }

    private @Nullable Object locked(MethodInvocation call, LockTerms terms, String key) throws Throwable {
        var method = call.getMethod();
        var handle = terms.handle(client.get(), key);
        @Nullable Lease lease;
        try {
            lease = take(handle, terms);
        } catch (InterruptedException e) {
            throw interrupted(method, key, e);
        }
        if (lease == null) {
            LOG.debug("{} is skipped, as somebody else has {}", method, key);
            return Interceptable.nothing(method);
        }
        return run(call, terms, key, lease);
    }

    /** Null where it is to be skipped. */
    private static @Nullable Lease take(Acquirable handle, LockTerms terms) throws InterruptedException {
        var wait = terms.waitAtMost();
        if (terms.onBusy() == WithLock.OnBusy.FAIL) {
            return wait == null ? handle.acquire() : handle.acquire(wait);
        }
        var taken = wait == null ? handle.tryAcquire() : handle.tryAcquire(wait);
        return taken.orElse(null);
    }

    /** The exception itself where the method may throw it; the interrupt stays set where it may not. */
    private static Exception interrupted(Method method, String key, InterruptedException cause) {
        if (Stream.of(method.getExceptionTypes()).anyMatch(type -> type.isAssignableFrom(InterruptedException.class))) {
            return cause;
        }
        Thread.currentThread().interrupt();
        var failure = new CancellationException("interrupted while waiting for " + key);
        failure.initCause(cause);
        return failure;
    }

    private static @Nullable Object run(MethodInvocation call, LockTerms terms, String key, Lease lease)
            throws Throwable {
        @Nullable Object result;
        var warning = new LossWarning(lease, terms.onLost());
        CurrentLease.push(terms, key, lease);
        try {
            result = call.proceed();
        } catch (Throwable failure) {
            warning.end();
            throw orLost(lease, failure);
        } finally {
            CurrentLease.pop();
        }
        warning.end();
        if (result instanceof CompletionStage<?> stage) {
            return whenDone(stage, lease);
        }
        if (!lease.isValid()) {
            throw orLost(lease, null);
        }
        lease.close();
        return result;
    }

    /** What the caller is told: of the loss, where there was one, and then of all else beside it. */
    private static Throwable orLost(Lease lease, @Nullable Throwable failure) {
        try {
            lease.ensureValid();
        } catch (LeaseLostException lost) {
            if (failure != null && failure != lost) {
                lost.addSuppressed(failure);
            }
            var unused = lease.releaseAsync(); // the server may be out of reach, and whoever called is to know now
            return lost;
        }
        lease.close();
        return failure == null ? new IllegalStateException(lease + " is valid again") : failure;
    }

    private static CompletableFuture<Object> whenDone(CompletionStage<?> stage, Lease lease) {
        var result = new CompletableFuture<Object>();
        var unused = stage.handle((value, failure) -> {
            @Nullable Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
            if (cause != null || !lease.isValid()) {
                result.completeExceptionally(orLost(lease, cause));
            } else {
                lease.close();
                result.complete(value);
            }
            return null;
        });
        return result;
    }
}
