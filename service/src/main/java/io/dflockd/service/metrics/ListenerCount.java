package io.dflockd.service.metrics;

/**
 * The connections of one port.
 *
 * @param name what the port is called
 * @param open how many there are
 * @param opened how many there were since the start, those included
 */
public record ListenerCount(String name, long open, long opened) {}
