package io.dflockd.engine.order;

import java.util.Optional;

/**
 * Who leads.
 *
 * @param term the latest term that this node knows of
 * @param leader who leads in it, as far as this node knows
 * @param leads whether that is this node, and all of earlier terms is applied: only then it may submit
 */
public record Standing(long term, Optional<Node> leader, boolean leads) {}
