package io.dflockd.service.admin;

/** What operators have done to a server as a whole. */
public record Upkeep(DrainDesk drain, Reloads reloads, LogLevels logLevels, Snapshots snapshots) {}
