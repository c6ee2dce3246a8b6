package io.dflockd.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first word of every reply. */
public enum Status {
    OK("ok"),
    ACQUIRED("acquired"),
    QUEUED("queued"),
    TIMEOUT("timeout"),
    NIL("nil"),
    CAS_CONFLICT("cas_conflict"),
    ERROR("error"),
    ERROR_AUTH("error_auth"),
    ERROR_MAX_LOCKS("error_max_locks"),
    ERROR_MAX_KEYS("error_max_keys"),
    ERROR_MAX_WAITERS("error_max_waiters"),
    ERROR_LIMIT_MISMATCH("error_limit_mismatch"),
    ERROR_TYPE_MISMATCH("error_type_mismatch"),
    ERROR_NOT_ENQUEUED("error_not_enqueued"),
    ERROR_ALREADY_ENQUEUED("error_already_enqueued"),
    ERROR_LEASE_EXPIRED("error_lease_expired"),
    ERROR_LIST_FULL("error_list_full"),
    ERROR_BARRIER_COUNT_MISMATCH("error_barrier_count_mismatch"),
    /** The server is drained or shuts down, and takes nothing new; another server, or a later try, may. */
    ERROR_DRAINING("error_draining"),
    /** This client may not do that; the connection stays. */
    ERROR_DENIED("error_denied"),
    /** The answer would be longer than the server lets answers be. */
    ERROR_TOO_LARGE("error_too_large"),
    /** Whoever the client has shown to be has as many connections as it may. */
    ERROR_MAX_CONNECTIONS("error_max_connections"),
    /** Whoever the client has shown to be asks more often than it may. */
    ERROR_MAX_REQUESTS("error_max_requests");

    private static final Map<String, Status> BY_WORD = byWord();

    private final String word;

    Status(String word) {
        this.word = word;
    }

    /** The status as it stands on the wire. */
    public String word() {
        return word;
    }

    /** The status with this word; null where this version knows none. */
    public static @Nullable Status of(String word) {
        return BY_WORD.get(word);
    }

    private static Map<String, Status> byWord() {
        var byWord = new HashMap<String, Status>();
        for (Status status : values()) {
            byWord.put(status.word, status);
        }
        return byWord;
    }
}
