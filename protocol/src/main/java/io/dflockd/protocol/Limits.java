package io.dflockd.protocol;

/** The numbers of the wire that both sides must know. Lengths are in bytes and leave out the line feed. */
public final class Limits {
    /** The longest command line, key line and ordinary argument line. */
    public static final int MAX_LINE_BYTES = 256;
    /** The longest argument line of a command that carries a value, unless the server is told otherwise. */
    public static final int DEFAULT_MAX_ARG_BYTES = 65_536;
    /** The longest argument line that a server can be told to accept. */
    public static final int MAX_MAX_ARG_BYTES = 16 * 1024 * 1024;
    /** The greatest number of seconds that a timeout, lease or time to live may have: its nanoseconds fit 64 bits. */
    public static final long MAX_SECONDS = 9_223_372_036L;
    /** The longest tag of a request. */
    public static final int MAX_TAG_LENGTH = 32;
    /** The shortest name of a session: it is as secret as a token. */
    public static final int MIN_SESSION_ID_LENGTH = 16;
    public static final int MAX_SESSION_ID_LENGTH = 64;
    /** The longest time that a session can ask to outlive its connection by. */
    public static final long MAX_GRACE_SECONDS = 600;
    /** The greatest number of a request, an answer or a fence: what also a 64-bit floating point number holds exactly. */
    public static final long MAX_NUMBER = (1L << 53) - 1;
    /** How far the number of a request may be above the answers that were received. */
    public static final int WINDOW = 131_072;
    public static final int MAX_CLIENT_NAME_BYTES = 64;
    /** How long the name of a cluster's member may be. */
    public static final int MAX_NODE_NAME_LENGTH = 32;
    /** The longest answer, unless the server is told otherwise. */
    public static final int DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024;
    /** The port that a server listens on unless it is told otherwise. */
    public static final int DEFAULT_PORT = 6388;

    private Limits() {}
}
