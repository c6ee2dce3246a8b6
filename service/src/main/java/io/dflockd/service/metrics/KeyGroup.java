package io.dflockd.service.metrics;

/**
 * Keys that are measured apart.
 *
 * @param name what they are called
 * @param prefix what they begin with, in octets; the longest prefix of a key counts
 */
public record KeyGroup(String name, String prefix) {}
