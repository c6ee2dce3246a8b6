package io.dflockd.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The command line of the server that a test needs; without this, all is at its default. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface ServerOptions {
    String[] value();
}
