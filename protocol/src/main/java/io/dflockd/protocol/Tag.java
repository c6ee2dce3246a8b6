package io.dflockd.protocol;

/**
 * The mark that a client may put before a command, as in {@code @7 l}, and that the reply then bears too. Tagged requests
 * of one connection run at the same time. A tag is 1 to {@value Limits#MAX_TAG_LENGTH} letters, digits, dots, underscores
 * and hyphens; in a named session it is a {@link RequestNumber}, which may have a plus sign in it.
 */
public final class Tag {
    /** Stands for the absence of a tag. */
    public static final String NONE = "";

    private static final char MARK = '@';

    private Tag() {}

    /** Whether the text can be a tag where requests are not numbered. */
    public static boolean isValid(String tag) {
        if (tag.isEmpty() || tag.length() > Limits.MAX_TAG_LENGTH) {
            return false;
        }
        for (int i = 0; i < tag.length(); i++) {
            if (!isTagChar(tag.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The tag of a reply line; {@link #NONE} where it has none. */
    public static String ofLine(String line) {
        int blank = line.isEmpty() || line.charAt(0) != MARK ? -1 : line.indexOf(' ');
        return blank < 0 ? NONE : line.substring(1, blank);
    }

    /** The reply line without its tag. */
    public static String rest(String line) {
        var tag = ofLine(line);
        return tag.isEmpty() ? line : line.substring(tag.length() + 2);
    }

    /** The tag of the command line; {@link #NONE} where it has none. */
    static String of(byte[] line, int from, int to) {
        return ofPrefix(line, from, prefixLength(line, from, to));
    }

    /** The tag of a command line whose {@link #prefixLength} is known. */
    static String ofPrefix(byte[] line, int from, int prefixLength) {
        return prefixLength == 0 ? NONE : Octets.ofBytes(line, from + 1, from + prefixLength - 1);
    }

    /** How many bytes of the command line its tag takes, with the mark and the blank; 0 where it has no valid tag. */
    static int prefixLength(byte[] line, int from, int to) {
        if (from == to || line[from] != MARK) {
            return 0;
        }
        int at = from + 1;
        int last = Math.min(to - 1, at + Limits.MAX_TAG_LENGTH);
        while (at < last && isTagChar((char) (line[at] & 0xff))) {
            at++;
        }
        if (RequestNumber.isDigits(line, from + 1, at)) {
            at += RequestNumber.receivedLength(line, at, to);
        }
        return at < to && line[at] == ' ' && at > from + 1 ? at + 1 - from : 0;
    }

    private static boolean isTagChar(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_'
                || c == '-';
    }
}
