/** The lock of a database migration, kept by a dflockd server. Being on the class path is all it takes. */
@NullMarked
package io.dflockd.liquibase;

import org.jspecify.annotations.NullMarked;
