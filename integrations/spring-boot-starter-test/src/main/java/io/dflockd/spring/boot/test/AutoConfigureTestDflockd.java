package io.dflockd.spring.boot.test;

import io.dflockd.spring.boot.DflockdAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * On a test class with a context: the context has a server of its own, and its client speaks to that one, whatever properties
 * and beans say. It starts and ends with the context, and is a bean: {@link io.dflockd.junit.DflockdServers}.
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureTestDflockd
 * class OrdersTest {
 *     @Autowired DflockdServers server;
 * }
 * }</pre>
 *
 * <p>A slice, such as {@code @JsonTest}, gets a client and locked methods by it, too.
 *
 * <p>Classes that differ neither in this nor in anything else share a context, as always in Spring, and so the server and what
 * it knows. It runs in the JVM of the test from Java 21 on. On an older one it runs in a process of a JDK from 21 on, which is
 * sought as {@link io.dflockd.junit.DflockdServers} says; where there is none, the start of the context fails and says what to set.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ImportAutoConfiguration(DflockdAutoConfiguration.class)
public @interface AutoConfigureTestDflockd {
    /** As {@link io.dflockd.junit.DflockdServers#start} takes them, such as {@code {"--max-locks", "5"}}. */
    String[] args() default {};
}
