package io.dflockd.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * The method runs while its lock is held; on a type, each of its public methods does.
 *
 * <pre>{@code
 * @WithLock(key = "orders/#{#id}", waitAtMost = "5s")
 * @Transactional
 * public void pack(long id) {
 *     store.save(id, CurrentLease.fence());
 * }
 * }</pre>
 *
 * <p>The lock is taken before a transaction begins and released after it has ended. It is renewed while the method runs; one
 * that is lost all the same ends the call with a {@link io.dflockd.client.error.LeaseLostException}, also where the method
 * returned, so that nobody goes on with work that was not protected to its end. A method that returns a
 * {@link java.util.concurrent.CompletionStage} holds the lock until that completes.
 *
 * <p>A method that is called by another one that has the same key and mode runs under the lock that its thread has, and one with
 * {@link Mode#READ} also under {@link Mode#WRITE}; what would wait for itself, such as WRITE under READ or a second permit,
 * is an {@link IllegalStateException} at once. A stage that is returned by such a method is protected no longer than until the
 * outer method ends. Calls inside one object do not go through its proxy, and so take no lock: as with all of Spring's annotations.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Reflective(AnnotatedMethodHints.class)
public @interface WithLock {
    /**
     * The key: text, with SpEL in <code>#{…}</code>, in which arguments are variables by name. What such an expression gives
     * must be text, a number, a boolean, an enum constant or a {@link java.util.UUID}: a key made of anything else excludes
     * nobody.
     */
    String key();

    /** What is held. */
    Mode mode() default Mode.EXCLUSIVE;

    /** How many may hold the key at once, for {@link Mode#PERMIT}; the same everywhere. */
    int permits() default 1;

    /** For how long to wait, such as {@code 5s} or <code>${property}</code>; {@code 0s} tries once, empty is the client's. */
    String waitAtMost() default "";

    /** The lease, which is renewed; empty for the client's. The shortest is {@code 250ms}. */
    String lease() default "";

    /** What becomes of the call where the lock is not granted in time. */
    OnBusy onBusy() default OnBusy.FAIL;

    /** What the method is told of a lock that is lost while it runs. The caller is always told. */
    OnLost onLost() default OnLost.INTERRUPT;

    /** What a method can hold. */
    enum Mode {
        /** An exclusive lock. */
        EXCLUSIVE,
        /** The shared side of a read-write lock. */
        READ,
        /** The exclusive side of a read-write lock. */
        WRITE,
        /** One permit of a semaphore. */
        PERMIT
    }

    /** What to do where somebody else has the lock. */
    enum OnBusy {
        /** Throws {@link io.dflockd.client.error.AcquireTimeoutException}. */
        FAIL,
        /**
         * Does not call the method: gives null, an empty {@code Optional}, 0 or false. Meters count {@code skipped} where it tried
         * once, and {@code timeout} where it waited before.
         */
        SKIP
    }

    /** What to do where the lock is lost. */
    enum OnLost {
        /** Interrupts the thread that runs the method. */
        INTERRUPT,
        /** Nothing: the method looks at {@link CurrentLease} by itself, or what it writes to checks the fence. */
        IGNORE
    }
}
