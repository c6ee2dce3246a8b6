package io.dflockd.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * The method runs only where this program leads the election of that {@link LeaderRegistration}; elsewhere a call does nothing
 * and gives null, an empty {@code Optional}, 0 or false. On a type, each of its public methods does so.
 *
 * <pre>{@code
 * @Scheduled(fixedDelay = 5000)
 * @LeaderOnly("scheduler")
 * public void sweep() {
 *     store.sweep(CurrentLease.fence());
 * }
 * }</pre>
 *
 * <p>While it runs, {@link CurrentLease} is the leadership. Where that is lost, the thread is interrupted and the call ends
 * with a {@link io.dflockd.client.error.LeaseLostException}, even if the method returned; where the program resigns, the thread
 * is interrupted, and the next leader has to wait until the method has returned. Of a method that returns a
 * {@link java.util.concurrent.CompletionStage} this holds until it returns, and not until that completes. Calls inside one
 * object do not go through its proxy, and so always run: as with all of Spring's annotations.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Reflective(AnnotatedMethodHints.class)
public @interface LeaderOnly {
    /** The name of the registration. */
    String value();
}
