/**
 * What clients of the line protocol ask, for those who have no connection of it: a {@link io.dflockd.service.visit.Visit} asks
 * one thing after another, in the words of the protocol, by its checks, rights, limits and counts.
 */
@NullMarked
package io.dflockd.service.visit;

import org.jspecify.annotations.NullMarked;
