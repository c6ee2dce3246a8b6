package io.dflockd.spring;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseLostException;
import java.lang.reflect.Method;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
        var ours = CurrentLease.of(terms, key);
        if (ours != null) {
            return again(call, ours);
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

    /** Under the lock that the thread has. */
    private static @Nullable Object again(MethodInvocation call, CurrentLease.Held ours) throws Throwable {
        ours.lease().ensureValid();
        CurrentLease.push(ours);
        try {
            return Interceptable.under(ours.lease(), call);
        } finally {
            CurrentLease.pop();
        }
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
            throw given(lease, Interceptable.orLost(lease, failure));
        } finally {
            CurrentLease.pop();
        }
        warning.end();
        if (result instanceof CompletionStage<?> stage) {
            return whenDone(stage, lease);
        }
        @Nullable LeaseLostException lost = Interceptable.lossOf(lease);
        if (lost != null) {
            throw given(lease, lost);
        }
        lease.close();
        return result;
    }

    /** What the caller is told, when the lease was given back. */
    private static Throwable given(Lease lease, Throwable failure) {
        if (failure instanceof LeaseLostException) {
            var unused = lease.releaseAsync(); // the server may be out of reach, and whoever called is to know now
        } else {
            lease.close();
        }
        return failure;
    }

    /** Nothing here waits, as the thread that completes the stage may be needed elsewhere. */
    private static CompletableFuture<Object> whenDone(CompletionStage<?> stage, Lease lease) {
        var result = new CompletableFuture<Object>();
        var unused = stage.whenComplete((value, failure) -> {
            @Nullable Throwable told = failure == null
                    ? Interceptable.lossOf(lease)
                    : Interceptable.orLost(lease, failure);
            var given = lease.releaseAsync();
            if (told instanceof LeaseLostException) {
                result.completeExceptionally(told);
            } else if (told != null) {
                var unusedToo = given.whenComplete((confirmed, error) -> result.completeExceptionally(told));
            } else {
                var unusedToo = given.whenComplete((confirmed, error) -> result.complete(value));
            }
        });
        return result;
    }
}
