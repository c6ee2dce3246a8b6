/** Tests of Spring Boot programs: {@link io.dflockd.spring.boot.test.AutoConfigureTestDflockd}. */
@NullMarked
package io.dflockd.spring.boot.test;

import org.jspecify.annotations.NullMarked;
