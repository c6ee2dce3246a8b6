package io.dflockd.engine.order;

import java.util.Optional;

/**
 * How a node stands in the order.
 *
 * @param leader who leads, as far as this node knows
 * @param term the latest term that it knows of
 * @param leads whether this node leads and has applied all of earlier terms
 */
public record Standing(Optional<Node> leader, long term, boolean leads) {}
