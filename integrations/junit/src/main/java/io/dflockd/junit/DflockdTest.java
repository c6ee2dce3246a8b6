package io.dflockd.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class, and of those nested in it, a server. Parameters of constructors, tests and what runs before or
 * after them get what they ask for: a {@code DflockdClient}, each parameter one of its own, which is closed after the test
 * (after the class, where it is the constructor's or a {@code @BeforeAll} method's); the {@link DflockdServers}; and the
 * address, as a {@code String} with {@link Dflockd}. So do fields with {@link Dflockd}.
 *
 * <pre>{@code
 * @DflockdTest
 * class OrdersTest {
 *     @Test
 *     void onlyOneShips(DflockdClient client, DflockdServers server) throws Exception {
 *         …
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(DflockdExtension.class)
public @interface DflockdTest {
    /** How long the server lives. {@link Scope#JVM} is {@link Scope#CLASS} where there are {@link #args} or a manual clock. */
    Scope scope() default Scope.JVM;

    /** Arguments of the server's command, such as {@code {"--max-locks", "5"}}. */
    String[] args() default {};

    Clock clock() default Clock.REAL;

    Leaks leaks() default Leaks.FAIL;

    /** For how many tests one server is there. */
    enum Scope {
        /** For all classes with this scope. Those that run at the same time tell their keys apart. */
        JVM,
        /** For the tests of one class. */
        CLASS,
        /** For one test. */
        METHOD
    }

    /** By what leases and waits run out. */
    enum Clock {
        /** The machine's. */
        REAL,
        /** One that stands still unless the test moves it: {@link DflockdServers#clock}. Needs Java 21 or later. */
        MANUAL
    }

    /**
     * What becomes of a class that left something behind: a lease that a test which passed has neither closed nor lost, or a
     * hold or a session at the server after the class.
     */
    enum Leaks {
        /** It fails, and says what. */
        FAIL,
        /** Nothing. */
        IGNORE
    }
}
