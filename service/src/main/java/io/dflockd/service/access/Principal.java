package io.dflockd.service.access;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who asks. Stays the same object as long as the identity is there, whatever becomes of its rules, so that changed ones count
 * from the next question on. Thread-safe.
 */
public final class Principal {
    /** Who need not show anything. */
    public static final Principal ANYBODY = new Principal("", Power.DATA);
    /** Who showed the one token of all clients. */
    public static final Principal TOKEN = new Principal("token", Power.DATA);
    /** Who showed the token of administrators. */
    public static final Principal ADMIN = new Principal("admin", Power.ALL);

    /** Names that the file may not give. */
    static final Set<String> RESERVED = Set.of(TOKEN.name, ADMIN.name);

    private static final Set<Right> OF_ADMINS = Set.of(
            Right.RELEASE, Right.SESSIONS, Right.DRAIN, Right.RELOAD, Right.BACKUP);

    /** What is allowed without any rule. */
    private enum Power {
        ALL,
        /** All but what hurts others. */
        DATA,
        /** What rules allow. */
        RULED
    }

    private final String name;
    private final Power power;
    private volatile AccessList rules = AccessList.NOTHING;
    private volatile IdentityLimits limits = IdentityLimits.NONE;
    /** Whether what it takes is counted, as somebody of the file has limits. */
    private volatile boolean counted;
    private final AtomicInteger connections = new AtomicInteger();
    private final Pace pace = new Pace();

    private Principal(String name, Power power) {
        this.name = name;
        this.power = power;
    }

    /** One of the file, which may do nothing yet. */
    static Principal named(String name) {
        return new Principal(name, Power.RULED);
    }

    /** Empty for {@link #ANYBODY}. */
    public String name() {
        return name;
    }

    /** Whether rules say what it may do. For all others nothing need be asked before they do what every client does. */
    public boolean isRuled() {
        return power == Power.RULED;
    }

    /** Whether it may do all that there is. */
    public boolean isAdmin() {
        return power == Power.ALL;
    }

    /** Whether it may do what is about no key. For a right that is about keys: whether it may do so everywhere. */
    public boolean may(Right right) {
        return switch (power) {
            case ALL -> true;
            case DATA -> !OF_ADMINS.contains(right);
            case RULED -> right.isOfServer() ? rules.allows(right) : rules.allowsKey(right, "");
        };
    }

    /** Whether there may be keys or channels to which it may do so. */
    public boolean maySomewhere(Right right) {
        return (power == Power.RULED && !right.isOfServer()) ? rules.allowsSomewhere(right) : may(right);
    }

    /** Whether it may do so to this key, which is a string of octets. */
    public boolean may(Right right, String key) {
        return switch (power) {
            case ALL -> true;
            case DATA -> !OF_ADMINS.contains(right);
            case RULED -> rules.allowsKey(right, key);
        };
    }

    /** Whether it may send to this channel. */
    public boolean mayUse(Right right, String channel) {
        return power != Power.RULED || rules.allowsChannel(right, channel);
    }

    /** Whether it may be told of all that the pattern stands for. */
    public boolean maySubscribe(Right right, String pattern) {
        return power != Power.RULED || rules.allowsSubscription(right, pattern);
    }

    /** Whether what it does to this key is recorded. */
    public boolean isAudited(String key) {
        return power == Power.RULED && rules.audits(key);
    }

    /** How much it may have and do. */
    public IdentityLimits limits() {
        return limits;
    }

    /** Whether what it takes is to be counted: from when on somebody of the file has limits, it is for all in it. */
    public boolean isCounted() {
        return counted;
    }

    /** How many connections it has to the port of clients. */
    public int connections() {
        return connections.get();
    }

    /** One more connection is its own, unless it has as many as it may. */
    public boolean tryConnect() {
        int most = limits.maxConnections();
        if (connections.incrementAndGet() > most && most > 0) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    /** One of its connections is its own no more. */
    public void disconnect() {
        connections.decrementAndGet();
    }

    /** Whether there is a limit to how often it may ask. */
    public boolean isPaced() {
        return limits.requestsPerSecond() > 0;
    }

    /** Whether it may ask once more now, which counts then. {@code givesBack}: whether that can only make others' lot better. */
    public boolean mayAskAgain(boolean givesBack, long nowNanos) {
        int perSecond = limits.requestsPerSecond();
        return perSecond == 0 || pace.mayGoOn(perSecond, givesBack, nowNanos);
    }

    void limit(IdentityLimits limited, boolean areCounted) {
        limits = limited;
        counted = areCounted;
    }

    void allow(List<Rule> allowed) {
        rules = new AccessList(allowed);
    }

    @Override
    public String toString() {
        return name;
    }
}
