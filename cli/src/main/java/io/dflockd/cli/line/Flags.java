package io.dflockd.cli.line;

import java.time.Duration;
import java.util.List;

/** The options: those that every command takes, and those that several share. */
public final class Flags {
    public static final Flag SERVER = new Flag("server", "HOST:PORT,…", "DFLOCK_SERVERS",
            "the server; the nodes of a cluster with commas; again, or in the variable with semicolons, for several,"
                    + " which share the keys among them (127.0.0.1:6388)");
    public static final Flag TOKEN = new Flag("token", "TOKEN", "DFLOCK_TOKEN",
            "the token to show; other users of this machine can see it here, so prefer the file");
    public static final Flag TOKEN_FILE = new Flag("token-file", "FILE", "DFLOCK_TOKEN_FILE",
            "the file that holds the token");
    public static final Flag TLS = new Flag("tls", null, "DFLOCK_TLS",
            "speak TLS, with the authorities that Java trusts");
    public static final Flag TLS_CA = new Flag("tls-ca", "FILE", "DFLOCK_TLS_CA",
            "speak TLS, with the authorities (PEM) in this file");
    public static final Flag TLS_CERT = new Flag("tls-cert", "FILE", "DFLOCK_TLS_CERT",
            "speak TLS, and show the server the certificate (PEM) in this file, its chain after it");
    public static final Flag TLS_KEY = new Flag("tls-key", "FILE", "DFLOCK_TLS_KEY",
            "the private key (PEM, PKCS #8) of that certificate");
    public static final Flag TLS_INSECURE = Flag.of("tls-insecure",
            "speak TLS with whoever answers, unverified; for tests only");
    public static final Flag CONNECT_TIMEOUT = Flag.of("connect-timeout", "SECONDS",
            "give up connecting after this (10)");
    public static final Flag JSON = Flag.of("json", "print one JSON object a line instead of text for people");
    public static final Flag VERBOSE = Flag.of("verbose", "log what the client does to standard error");
    public static final Flag HELP = Flag.of("help", "print help, for the command if one is named");
    public static final Flag VERSION = Flag.of("version", "print the version");

    public static final Flag LEASE = Flag.of("lease", "SECONDS",
            "how long the hold lasts unless renewed, which dflock does (30)");
    public static final Flag TIMEOUT = Flag.of("timeout", "SECONDS", "wait at most this long (for ever)");
    public static final Flag COUNT = Flag.of("count", "N", "leave after N of them");

    /** Taken by every command, before its name or after it. */
    public static final List<Flag> GLOBAL = List.of(SERVER, TOKEN, TOKEN_FILE, TLS, TLS_CA, TLS_CERT, TLS_KEY,
            TLS_INSECURE,
            CONNECT_TIMEOUT,
            JSON, VERBOSE, HELP, VERSION);

    /** Those that say which server for clients is asked, and what is shown there. */
    public static final List<Flag> OF_CLIENTS = List.of(SERVER, TOKEN, TOKEN_FILE, VERBOSE);

    /** Those that are about asking anybody. */
    public static final List<Flag> OF_ASKING = List.of(SERVER, TOKEN, TOKEN_FILE, TLS, TLS_CA, TLS_CERT, TLS_KEY,
            TLS_INSECURE, CONNECT_TIMEOUT, VERBOSE);

    /** As good as: ten years. */
    public static final Duration FOR_EVER = Duration.ofDays(3650);

    private Flags() {}
}
