/**
 * What clients do, for programs without a client: one step a request. What would hang on a connection, a place in a queue that is
 * waited at later or an election, is not here.
 */
@NullMarked
package io.dflockd.http.data;

import org.jspecify.annotations.NullMarked;
