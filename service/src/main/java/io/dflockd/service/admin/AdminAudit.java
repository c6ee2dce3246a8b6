package io.dflockd.service.admin;

import io.dflockd.protocol.Octets;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.FrequentRecords;
import io.dflockd.service.driver.Alarm;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is recorded of operators: each request that would change something, whether it was allowed or not. Thread-safe. */
public final class AdminAudit {
    /** Of the requests of one source that were not let through. */
    private static final int TOLD_A_MINUTE = 20;
    private static final int LONGEST = 1024;
    private static final double MS_PER_SECOND = 1000;

    private final AuditLog log;
    private final FrequentRecords refusals;

    AdminAudit(AuditLog log, Alarm alarm) {
        this.log = log;
        this.refusals = new FrequentRecords(log, alarm, TOLD_A_MINUTE);
    }

    /** Whether somebody may do what hurts others: not where that cannot be recorded, and must be. */
    public boolean mayAct() {
        return log.mayAct();
    }

    /**
     * Who asks.
     *
     * @param via by what
     * @param source where from
     * @param passedBy the node of the cluster that passed it on; empty where it came here itself
     * @param request its number, which other lines of the log may have too
     */
    public record Asker(String actor, String via, String source, String passedBy, long request) {}

    /**
     * A request that was not let through. Whoever sends many does not fill the log, nor keep others out of it: of each actor
     * and source a few a minute are told, and of the others how many there were.
     *
     * @param from the address of {@code asker.source()}; null where it has none
     * @param code why
     */
    public void refused(Asker asker, @Nullable InetAddress from, String request, String code) {
        var fields = fields(asker);
        fields.put("what", cut(request));
        fields.put("outcome", code);
        refusals.happened("request.refused", asker.actor(), FrequentRecords.place(from), fields);
    }

    /**
     * Somebody wanted a hold ended.
     *
     * @param before who held the key and who waited for it just before
     */
    public void revoked(Asker asker, LockDetails before, long fence, String reason, String outcome) {
        var fields = fields(asker);
        fields.put("key", text(before.key()));
        fields.put("fence", fence);
        before.holders().stream().filter(holder -> holder.fence() == fence).forEach(holder -> {
            fields.put("holder", text(holder.text()));
            fields.put("held_s", holder.heldMs() / MS_PER_SECOND);
        });
        fields.put("waiters", before.waiterCount());
        if (outcome.equals("done") && !before.waiters().isEmpty()) {
            fields.put("next", text(before.waiters().getFirst().text()));
        }
        fields.put("reason", cut(reason));
        fields.put("outcome", outcome);
        log.record("hold.revoked", fields);
    }

    /** Somebody wanted a session or a connection ended. {@code whose}: octets. */
    public void ended(Asker asker, String event, long number, String whose, String reason, String outcome) {
        var fields = fields(asker);
        fields.put("number", number);
        fields.put("client", text(whose));
        fields.put("reason", cut(reason));
        fields.put("outcome", outcome);
        log.record(event, fields);
    }

    /** Somebody wanted something done to the server as a whole. {@code what}: names and texts, numbers or truth values. */
    public void acted(Asker asker, String event, Map<String, ?> what, String outcome) {
        var fields = fields(asker);
        what.forEach((name, value) -> fields.put(name, value instanceof String text ? cut(text) : value));
        fields.put("outcome", outcome);
        log.record(event, fields);
    }

    /** Somebody showed a token to be known for a while. */
    public void loggedIn(Asker asker) {
        var fields = fields(asker);
        fields.put("outcome", "done");
        log.record("login", fields);
    }

    private static Map<String, Object> fields(Asker asker) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("actor", asker.actor());
        fields.put("via", asker.via());
        fields.put("source", asker.source());
        if (!asker.passedBy().isEmpty()) {
            fields.put("passed_by", asker.passedBy());
        }
        fields.put("request", asker.request());
        return fields;
    }

    private static String text(String octets) {
        return cut(Octets.toText(octets));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
