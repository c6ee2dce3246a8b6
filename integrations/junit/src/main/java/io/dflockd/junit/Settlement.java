package io.dflockd.junit;

import io.dflockd.client.error.ClientClosedException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Waits, by the machine's time, until what the clients of a view and its server have sent each other has arrived: each client
 * asks for a sign of life, which comes after all that was on the way. Where the network lets nothing through, or a client does
 * not hear, it is until nothing changes. Where nothing is in the way and yet nothing comes, the time may not go on: a lease
 * would end whose renewal is on its way.
 */
final class Settlement implements VirtualTime.Settling {
    private static final Duration LONGEST = Duration.ofSeconds(1);
    /** Where nothing is in the way; a machine that is busy for longer is of no use to tests of leases. */
    private static final Duration LONGEST_UNDISTURBED = Duration.ofSeconds(10);
    private static final Duration A_MOMENT = Duration.ofMillis(20);
    private static final long BETWEEN_LOOKS_MS = 1;

    private final ServerView view;
    private final Set<ServerView.Made> deaf = ConcurrentHashMap.newKeySet();

    Settlement(ServerView view) {
        this.view = view;
    }

    @Override
    public void settle() throws InterruptedException {
        var clients = view.clients().stream().filter(made -> !made.isPaused()).toList();
        deaf.retainAll(clients);
        boolean allHear = view.network().isWhole();
        if (allHear) {
            for (var made : clients) {
                allHear &= hears(made);
            }
        }
        if (allHear) {
            awaitAnswers(clients);
        } else {
            awaitNoChange(clients);
        }
    }

    private boolean hears(ServerView.Made made) throws InterruptedException {
        var metrics = made.client().metrics();
        if (metrics.connections().open() == 0) {
            // It was closed, or has yet to want something; else it is about to connect again.
            return metrics.requests().inFlight() == 0 && metrics.leases().held() == 0;
        }
        boolean undisturbed = view.isUndisturbed(made);
        long begun = System.nanoTime();
        var atMost = undisturbed ? LONGEST_UNDISTURBED : deaf.contains(made) ? A_MOMENT : LONGEST;
        try {
            boolean hears = !made.client().ping(atMost).isEmpty();
            // Sooner, it has no connection any more.
            if (!hears && undisturbed && System.nanoTime() - begun >= atMost.toNanos() && view.isUndisturbed(made)) {
                throw new IllegalStateException(
                        "client '" + made.name() + "' and its server did not come to rest within "
                                + atMost
                                + " of the machine's time, although nothing is in the way: the clock stays where it is,"
                                + " as leases would end whose renewals are on their way. Is the machine too busy?");
            }
            if (hears) {
                deaf.remove(made);
            } else {
                deaf.add(made);
            }
            return hears;
        } catch (ClientClosedException e) {
            return true;
        }
    }

    /** Until nobody awaits an answer but those whom the server has waiting. */
    private void awaitAnswers(List<ServerView.Made> clients) throws InterruptedException {
        long until = System.nanoTime() + LONGEST.toNanos();
        while (inFlight(clients) > 0 && inFlight(clients) > view.waitingRequests() && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MS);
        }
    }

    private void awaitNoChange(List<ServerView.Made> clients) throws InterruptedException {
        long until = System.nanoTime() + LONGEST.toNanos();
        var before = List.<Object>of();
        var now = doings(clients);
        while (!now.equals(before) && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(A_MOMENT.toMillis());
            before = now;
            now = doings(clients);
        }
    }

    private static long inFlight(List<ServerView.Made> clients) {
        return clients.stream().mapToLong(made -> made.client().metrics().requests().inFlight()).sum();
    }

    private static List<Object> doings(List<ServerView.Made> clients) {
        return clients.stream()
                .map(made -> made.client().metrics())
                .<Object>map(metrics -> List.of(metrics.connections(), metrics.requests(), metrics.leases()))
                .toList();
    }
}
