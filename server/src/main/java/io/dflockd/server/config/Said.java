package io.dflockd.server.config;

/** How a setting was written, before anybody made sense of it, and where. May be a secret. */
public record Said(String text, Origin origin) {}
