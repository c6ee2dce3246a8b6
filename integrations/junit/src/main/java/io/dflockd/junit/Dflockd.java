package io.dflockd.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a field or a parameter of a test with {@link DflockdTest}: gets the address of the server where it is a {@code String},
 * else the {@link DflockdServers} or a client. Fields are set before each test; static ones before the class.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER})
public @interface Dflockd {
}
