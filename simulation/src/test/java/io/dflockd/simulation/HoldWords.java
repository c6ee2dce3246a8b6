package io.dflockd.simulation;

import io.dflockd.testkit.history.HoldCall;

/** The words of one kind of hold, and how many holders it tolerates. */
enum HoldWords {
    LOCK("lock", "l", "e", "w", "n", "r", HoldCall.ALONE, ""),
    SEMAPHORE("semaphore", "sl", "se", "sw", "sn", "sr", 2, " 2"),
    READ("rwlock", "rl", "re", "rw", "rn", "rr", HoldCall.SHARED, ""),
    WRITE("rwlock", "wl", "we", "ww", "wn", "wr", HoldCall.ALONE, ""),
    ELECTION("election", "elect", "", "", "n", "resign", HoldCall.ALONE, "");

    final String key;
    final String acquire;
    final String enqueue;
    final String await;
    final String renew;
    final String release;
    final int limit;
    final String limitText;

    HoldWords(String key, String acquire, String enqueue, String await, String renew, String release, int limit,
            String limitText) {
        this.key = key;
        this.acquire = acquire;
        this.enqueue = enqueue;
        this.await = await;
        this.renew = renew;
        this.release = release;
        this.limit = limit;
        this.limitText = limitText;
    }
}
