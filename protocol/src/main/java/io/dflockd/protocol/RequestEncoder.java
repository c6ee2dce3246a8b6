package io.dflockd.protocol;

/** Writes requests as three lines. The counterpart of {@link RequestDecoder}. */
public final class RequestEncoder {
    private RequestEncoder() {}

    /** Appends the request with a tag before it, which must be valid; see {@link Tag}. */
    public static void encode(String tag, Request request, OctetBuffer out) {
        out.put('@').put(tag).put(' ');
        encode(request, out);
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
            out.put(r.timeoutSeconds());
            putLimit(r.verb() == Verb.SEM_LOCK, ' ', r.limit(), out);
            putIfAbove0(' ', r.leaseSeconds(), out);
        } else if (request instanceof Request.Enqueue r) {
            boolean semaphore = r.verb() == Verb.SEM_ENQUEUE;
            putLimit(semaphore, '\0', r.limit(), out);
            putIfAbove0(semaphore ? ' ' : '\0', r.leaseSeconds(), out);
        } else if (request instanceof Request.Wait r) {
            out.put(r.timeoutSeconds());
        } else if (request instanceof Request.Release r) {
            out.put(r.token());
        } else if (request instanceof Request.Renew r) {
            out.put(r.token());
            putIfAbove0(' ', r.leaseSeconds(), out);
        } else if (request instanceof Request.Add r) {
            out.put(r.delta());
        } else if (request instanceof Request.SetCounter r) {
            out.put(r.value());
        } else if (request instanceof Request.SetValue r) {
            out.put(r.value()).put('\t').put(r.ttlSeconds());
        } else if (request instanceof Request.SwapValue r) {
            out.put(r.expected()).put('\t').put(r.value()).put('\t').put(r.ttlSeconds());
        } else if (request instanceof Request.Push r) {
            out.put(r.value());
        } else if (request instanceof Request.BlockingPop r) {
            out.put(r.timeoutSeconds());
        } else if (request instanceof Request.ListRange r) {
            out.put(r.start()).put(' ').put(r.stop());
        } else if (request instanceof Request.Listen r) {
            out.put(r.group());
        } else if (request instanceof Request.Unlisten r) {
            out.put(r.group());
        } else if (request instanceof Request.Signal r) {
            out.put(r.payload());
        } else if (request instanceof Request.AwaitBarrier r) {
            out.put(r.count()).put(' ').put(r.timeoutSeconds());
        } else if (request instanceof Request.Auth r) {
            out.put(r.token());
        } else if (request instanceof Request.Resume r) {
            out.put(r.graceSeconds());
        } else if (request instanceof Request.Cancel r) {
            out.put(r.tag());
        } else if (request instanceof Request.Hello r) {
            out.put(r.clientName());
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
