package io.dflockd.protocol;

/**
 * The name of a session that can outlive its connection. The client chooses it at random; whoever knows it can take the
 * session over, so it is as secret as a token. It is {@value Limits#MIN_SESSION_ID_LENGTH} to
 * {@value Limits#MAX_SESSION_ID_LENGTH} letters, digits, underscores and hyphens.
 */
public final class SessionId {
    private SessionId() {}

    /** Whether the text can name a session. */
    public static boolean isValid(String id) {
        if (id.length() < Limits.MIN_SESSION_ID_LENGTH || id.length() > Limits.MAX_SESSION_ID_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }
}
