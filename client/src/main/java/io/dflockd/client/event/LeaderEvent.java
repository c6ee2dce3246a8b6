package io.dflockd.client.event;

/** What a {@link LeaderConn} receives: a {@link LeaderChange}, or a {@link Gap}. */
public sealed interface LeaderEvent permits LeaderEvent.LeaderChange, Gap {
    /**
     * The leadership of an election that is observed changed. A hint, which can come twice for one change.
     *
     * @param type {@code elected}, {@code resigned}, {@code failover}, or what a later server adds
     * @param key the election
     */
    record LeaderChange(String type, String key) implements LeaderEvent {}
}
