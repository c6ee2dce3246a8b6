package io.dflockd.service.admin;

/** What operators have done to a server as a whole, and how it is set. */
public record Upkeep(
        DrainDesk drain, Reloads reloads, LogLevels logLevels, Snapshots snapshots, Settings settings) {}
