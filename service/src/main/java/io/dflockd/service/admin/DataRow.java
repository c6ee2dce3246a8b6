package io.dflockd.service.admin;

import java.util.Map;

/**
 * What is told of a value, counter, list, barrier or channel, which is nothing of what is in it.
 *
 * @param key its octets
 * @param counts by what is counted
 * @param durationsMs by what lasts
 */
public record DataRow(String key, Map<String, Long> counts, Map<String, Long> durationsMs) {}
