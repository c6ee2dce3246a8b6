package io.dflockd.service.admin;

/**
 * Something that happened.
 *
 * @param number of the event; they rise by 1 in an epoch, also over those that are not told
 * @param atMs by this node's clock, since 1970
 * @param kind one of {@link Events#KINDS}
 * @param key its octets; empty where it is about none
 * @param fence of the hold; 0 where it is about none
 * @param session whose hold or wait it is, or who asked; 0 for nobody's
 */
public record EventRow(long number, long atMs, String kind, String key, long fence, long session) {}
