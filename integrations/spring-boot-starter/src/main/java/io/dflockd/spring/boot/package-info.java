/** A dflockd client by configuration, for Spring Boot 3.5 and 4. */
@NullMarked
package io.dflockd.spring.boot;

import org.jspecify.annotations.NullMarked;
