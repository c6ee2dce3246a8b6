package io.dflockd.protocol;

/** Writes requests as three lines. The counterpart of {@link RequestDecoder}. */
public final class RequestEncoder {
    private RequestEncoder() {}

    /** Appends the request with a tag before it, which must be valid; see {@link Tag}. */
    public static void encode(String tag, Request request, OctetBuffer out) {
        out.put('@').put(tag).put(' ');
        encode(request, out);
    }

    /**
     * Appends the request with its number in the session before it.
     *
     * @param received how many answers were received; {@link RequestNumber#NONE} to say nothing of them
     */
    public static void encode(long number, long received, Request request, OctetBuffer out) {
        out.put('@').put(number);
        if (received != RequestNumber.NONE) {
            out.put('+').put(received);
        }
        encode(request, out.put(' '));
    }

    /** Appends the request. Its strings must already be free of line feeds and within the limits. */
    public static void encode(Request request, OctetBuffer out) {
        out.put(request.verb().word()).put('\n');
        out.put(request.verb().ignoresKey() ? "_" : request.key()).put('\n');
        putArgument(request, out);
        out.put('\n');
    }

    private static void putArgument(Request request, OctetBuffer out) {
        if (request instanceof Request.Acquire r) {
            Durations.putExactly(r.timeoutMs(), r.form(), out);
            putLimit(r.verb() == Verb.SEM_LOCK, ' ', r.limit(), out);
            putLease(' ', r.leaseMs(), r.form(), out);
        } else if (request instanceof Request.Enqueue r) {
            boolean semaphore = r.verb() == Verb.SEM_ENQUEUE;
            putLimit(semaphore, '\0', r.limit(), out);
            putLease(semaphore ? ' ' : '\0', r.leaseMs(), r.form(), out);
        } else if (request instanceof Request.Wait r) {
            Durations.putExactly(r.timeoutMs(), r.form(), out);
        } else if (request instanceof Request.Release r) {
            out.put(r.token());
        } else if (request instanceof Request.Renew r) {
            out.put(r.token());
            putLease(' ', r.leaseMs(), r.form(), out);
        } else if (request instanceof Request.Keep r) {
            out.put(r.token());
            putLease(' ', r.leaseMs(), r.form(), out);
        } else if (request instanceof Request.Downgrade r) {
            out.put(r.token());
            putLease(' ', r.leaseMs(), r.form(), out);
        } else if (request instanceof Request.Holders r) {
            putIfAbove0('\0', r.limit(), out);
        } else if (request instanceof Request.Revoke r) {
            out.put(r.fence());
        } else if (request instanceof Request.Acknowledge r) {
            out.put(r.received());
        } else if (request instanceof Request.Add r) {
            out.put(r.delta());
        } else if (request instanceof Request.SetCounter r) {
            out.put(r.value());
        } else if (request instanceof Request.SetValue r) {
            putTtl(r.ttlMs(), out.put(r.value()));
        } else if (request instanceof Request.SwapValue r) {
            putTtl(r.ttlMs(), out.put(r.expected()).put('\t').put(r.value()));
        } else if (request instanceof Request.Push r) {
            out.put(r.value());
        } else if (request instanceof Request.BlockingPop r) {
            Durations.putExactly(r.timeoutMs(), DurationForm.SECONDS, out);
        } else if (request instanceof Request.ListRange r) {
            out.put(r.start()).put(' ').put(r.stop());
        } else if (request instanceof Request.Listen r) {
            out.put(r.group());
        } else if (request instanceof Request.Unlisten r) {
            out.put(r.group());
        } else if (request instanceof Request.Signal r) {
            out.put(r.payload());
        } else if (request instanceof Request.AwaitBarrier r) {
            out.put(r.count()).put(' ');
            Durations.putExactly(r.timeoutMs(), DurationForm.SECONDS, out);
        } else if (request instanceof Request.Auth r) {
            out.put(r.token());
        } else if (request instanceof Request.Resume r) {
            out.put(r.graceSeconds());
            putIfAbove0(' ', r.received(), out);
        } else if (request instanceof Request.Cancel r) {
            out.put(r.tag());
        } else if (request instanceof Request.Cluster r) {
            out.put(r.act().word());
            if (!r.subject().isEmpty()) {
                out.put(' ').put(r.subject());
            }
        } else if (request instanceof Request.Hello r) {
            out.put(r.clientName());
        }
    }

    private static void putTtl(long ttlMs, OctetBuffer out) {
        out.put('\t');
        Durations.putExactly(ttlMs, DurationForm.SECONDS, out);
    }

    private static void putLease(char before, long leaseMs, DurationForm form, OctetBuffer out) {
        if (leaseMs > 0) {
            if (before != '\0') {
                out.put(before);
            }
            Durations.putExactly(leaseMs, form, out);
        }
    }

    private static void putLimit(boolean present, char before, long limit, OctetBuffer out) {
        if (present) {
            putIfAbove0(before, limit, out);
        }
    }

    private static void putIfAbove0(char before, long number, OctetBuffer out) {
        if (number > 0) {
            if (before != '\0') {
                out.put(before);
            }
            out.put(number);
        }
    }
}
