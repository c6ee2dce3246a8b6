package io.dflockd.service.access;

import io.dflockd.protocol.Octets;
import io.dflockd.service.driver.Alarm;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is recorded of those who come to one of the server's ports. Thread-safe. */
public final class AuditTrail {
    /** By the line protocol. */
    public static final String DATA = "data";
    /** By the admin listener. */
    public static final String HTTP = "http";

    private final AuditLog log;
    private final String via;
    private final FrequentRecords frequent;

    public AuditTrail(AuditLog log, Alarm alarm, String via) {
        this.log = log;
        this.via = via;
        this.frequent = new FrequentRecords(log, alarm, 1);
    }

    /** Where nothing is recorded. */
    public static AuditTrail none() {
        return new AuditTrail(AuditLog.NONE, (task, delayNanos) -> () -> {}, DATA);
    }

    /** Whether somebody may do what hurts others. */
    public boolean mayAct() {
        return log.mayAct();
    }

    public void loggedIn(Login login, String peer, @Nullable InetAddress source) {
        var fields = fields(login.principal().name(), peer, source);
        fields.put("by", login.isByCertificate() ? "certificate" : "token");
        fields.put("outcome", "done");
        frequent.happened("login", login.principal().name(), FrequentRecords.place(source), fields);
    }

    public void loginFailed(String peer, @Nullable InetAddress source) {
        var fields = fields("", peer, source);
        fields.put("outcome", "failed");
        frequent.happened("login.failed", "", FrequentRecords.place(source), fields);
    }

    public void denied(Principal principal, String word, String key, String peer, @Nullable InetAddress source) {
        var fields = fields(principal.name(), peer, source);
        fields.put("request", word);
        fields.put("key", Octets.toText(key));
        fields.put("outcome", "denied");
        frequent.happened("request.denied", principal.name(), FrequentRecords.place(source), fields);
    }

    /** Somebody did something, or was kept from it; the details come before the outcome. */
    public void acted(
            String event,
            Principal principal,
            String peer,
            @Nullable InetAddress source,
            Map<String, ?> details,
            String outcome) {
        var fields = fields(principal.name(), peer, source);
        fields.putAll(details);
        fields.put("outcome", outcome);
        log.record(event, fields);
    }

    private Map<String, Object> fields(String actor, String peer, @Nullable InetAddress source) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("actor", actor);
        fields.put("via", via);
        fields.put("source", source == null ? peer : source.getHostAddress());
        return fields;
    }
}
