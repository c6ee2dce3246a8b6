package io.dflockd.cli;

import java.util.List;

/** The options: those that every command takes, and those that several share. */
final class Flags {
    static final Flag SERVER = new Flag("server", "HOST:PORT", "DFLOCK_SERVERS",
            "a server; again or with commas for several, which share the keys among them (127.0.0.1:6388)");
    static final Flag TOKEN = new Flag("token", "TOKEN", "DFLOCK_TOKEN",
            "the token to show; other users of this machine can see it here, so prefer the file");
    static final Flag TOKEN_FILE = new Flag("token-file", "FILE", "DFLOCK_TOKEN_FILE",
            "the file that holds the token");
    static final Flag TLS = new Flag("tls", null, "DFLOCK_TLS", "speak TLS, with the authorities that Java trusts");
    static final Flag TLS_CA = new Flag("tls-ca", "FILE", "DFLOCK_TLS_CA",
            "speak TLS, with the authorities (PEM) in this file");
    static final Flag TLS_INSECURE = Flag.of("tls-insecure",
            "speak TLS with whoever answers, unverified; for tests only");
    static final Flag CONNECT_TIMEOUT = Flag.of("connect-timeout", "SECONDS", "give up connecting after this (10)");
    static final Flag JSON = Flag.of("json", "print one JSON object a line instead of text for people");
    static final Flag VERBOSE = Flag.of("verbose", "log what the client does to standard error");
    static final Flag HELP = Flag.of("help", "print help, for the command if one is named");
    static final Flag VERSION = Flag.of("version", "print the version");

    static final Flag LEASE = Flag.of("lease", "SECONDS",
            "how long the hold lasts unless renewed, which dflock does (30)");
    static final Flag TIMEOUT = Flag.of("timeout", "SECONDS", "wait at most this long (for ever)");
    static final Flag COUNT = Flag.of("count", "N", "leave after N of them");

    /** Taken by every command, before its name or after it. */
    static final List<Flag> GLOBAL = List.of(SERVER, TOKEN, TOKEN_FILE, TLS, TLS_CA, TLS_INSECURE, CONNECT_TIMEOUT,
            JSON, VERBOSE, HELP, VERSION);

    private Flags() {}
}
