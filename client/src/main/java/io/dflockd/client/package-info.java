/**
 * The client of dflockd: locks, semaphores, read-write locks, elections, counters, values, lists, signals, watches and
 * barriers that many processes share through a server.
 *
 * <p>Most programs open one {@link io.dflockd.client.DflockdClient} and take handles from it. What is acquired is a
 * {@link io.dflockd.client.Lease}: it renews itself in the background, says once and before the lease can have ended
 * when it is lost, and carries the fence that the guarded resource should check.
 *
 * <pre>{@code
 * try (var client = DflockdClient.connect("127.0.0.1:6388");
 *         var lease = client.lock("reports/nightly").acquire(Duration.ofSeconds(5))) {
 *     reports.write(report, lease.fence()); // the store refuses a fence lower than one it has seen
 * }
 * }</pre>
 *
 * <p>Below that, {@link io.dflockd.client.connection.Connection} sends single commands and leaves the rest to its user.
 *
 * <p>Blocking calls throw {@link java.lang.InterruptedException} and, beside that, only unchecked exceptions: a
 * {@link io.dflockd.client.error.DflockdException} when the server or the network says no, an
 * {@link java.lang.IllegalArgumentException} when an argument can never work. Every blocking call has an {@code Async}
 * twin. All types are thread-safe unless they say otherwise.
 */
@NullMarked
package io.dflockd.client;

import org.jspecify.annotations.NullMarked;
