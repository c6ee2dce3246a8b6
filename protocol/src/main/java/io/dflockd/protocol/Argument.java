package io.dflockd.protocol;

/** Reads the argument line from left to right. Every method that fails throws {@link MalformedRequestException}. */
final class Argument {
    private static final byte TAB = '\t';

    private byte[] bytes = {};
    private int at;
    private int end;
    private DurationForm form = DurationForm.SECONDS;

    /** Starts over with the bytes from {@code from} to {@code to}, exclusive. */
    void reset(byte[] line, int from, int to) {
        bytes = line;
        at = from;
        end = to;
        form = DurationForm.SECONDS;
    }

    /** Milliseconds if any duration read since {@link #reset} was written so. */
    DurationForm form() {
        return form;
    }

    /** The rest of the line as it is. */
    String raw() {
        return Octets.ofBytes(bytes, at, end);
    }

    /** The rest of the line as it is; refused when empty. */
    String rawNotEmpty() {
        if (at == end) {
            throw MalformedRequestException.of(ProtocolError.BAD_ARGUMENT);
        }
        return raw();
    }

    /** The rest of the line without white space around it. */
    String trimmed() {
        int start = Blanks.skip(bytes, at, end);
        return Octets.ofBytes(bytes, start, Blanks.trimEnd(bytes, start, end));
    }

    boolean isBlank() {
        return Blanks.skip(bytes, at, end) == end;
    }

    /** Refuses the line unless it has between {@code least} and {@code most} fields. */
    Argument fields(int least, int most) {
        int count = countFields();
        if (count < least || count > most) {
            throw MalformedRequestException.of(ProtocolError.BAD_ARGUMENT);
        }
        return this;
    }

    boolean hasMore() {
        return Blanks.skip(bytes, at, end) < end;
    }

    /** The next field, a signed 64-bit number. */
    long number() {
        int start = Blanks.skip(bytes, at, end);
        int stop = fieldEnd(start);
        at = stop;
        return parseNumber(bytes, start, stop);
    }

    /** The next field, a duration in milliseconds; below 0 for a negative one. */
    long durationMs() {
        int start = Blanks.skip(bytes, at, end);
        int stop = fieldEnd(start);
        at = stop;
        return parseDuration(start, stop);
    }

    /** The whole trimmed line as one duration in milliseconds, inner blanks refused; below 0 for a negative one. */
    long wholeDurationMs() {
        int start = Blanks.skip(bytes, at, end);
        return parseDuration(start, Blanks.trimEnd(bytes, start, end));
    }

    /** The next field, a number without sign and leading zeros, at most {@link Limits#MAX_NUMBER}. */
    long count() {
        var field = field();
        long count = RequestNumber.parse(field, 0, field.length());
        if (count == RequestNumber.NONE) {
            throw MalformedRequestException.of(ProtocolError.BAD_NUMBER);
        }
        return count;
    }

    /** The whole trimmed line as one signed 64-bit number, inner blanks refused. */
    long wholeNumber() {
        int start = Blanks.skip(bytes, at, end);
        return parseNumber(bytes, start, Blanks.trimEnd(bytes, start, end));
    }

    String field() {
        int start = Blanks.skip(bytes, at, end);
        int stop = fieldEnd(start);
        at = stop;
        return Octets.ofBytes(bytes, start, stop);
    }

    /** The bytes up to the next TAB, which is passed over, or to the end of the line. */
    String tabbed() {
        int start = at;
        int stop = indexOfTab(start);
        at = Math.min(stop + 1, end);
        return Octets.ofBytes(bytes, start, stop);
    }

    int countTabs() {
        int count = 0;
        for (int i = at; i < end; i++) {
            if (bytes[i] == TAB) {
                count++;
            }
        }
        return count;
    }

    /**
     * The rest of the line as a duration of 0 or more without blanks; 0 where there is nothing, everything else is a
     * malformed argument.
     */
    long strictDurationMs() {
        if (at == end) {
            return 0;
        }
        if (Blanks.lengthAt(bytes, at, end) > 0 || Blanks.trimEnd(bytes, at, end) < end) {
            throw MalformedRequestException.of(ProtocolError.BAD_ARGUMENT);
        }
        boolean isMs = isMs(at, end);
        long number = numberOrBadArgument(isMs ? end - Durations.MS.length() : end, isMs);
        if (number < 0) {
            throw MalformedRequestException.of(ProtocolError.BAD_ARGUMENT);
        }
        return toMs(number, isMs);
    }

    private long numberOrBadArgument(int stop, boolean onlyDigits) {
        try {
            return onlyDigits ? parseDigits(at, stop) : parseNumber(bytes, at, stop);
        } catch (MalformedRequestException e) {
            throw MalformedRequestException.of(ProtocolError.BAD_ARGUMENT);
        }
    }

    private long parseDuration(int start, int stop) {
        boolean isMs = isMs(start, stop);
        return toMs(isMs ? parseDigits(start, stop - Durations.MS.length()) : parseNumber(bytes, start, stop), isMs);
    }

    private boolean isMs(int start, int stop) {
        return stop - start >= 2 && bytes[stop - 2] == 'm' && bytes[stop - 1] == 's';
    }

    private long parseDigits(int start, int stop) {
        if (start < stop && (bytes[start] == '-' || bytes[start] == '+')) {
            throw MalformedRequestException.of(ProtocolError.BAD_NUMBER);
        }
        return parseNumber(bytes, start, stop);
    }

    private long toMs(long number, boolean isMs) {
        if (number > (isMs ? Durations.MAX_MS : Limits.MAX_SECONDS)) {
            throw MalformedRequestException.of(ProtocolError.BAD_NUMBER);
        }
        if (isMs) {
            form = DurationForm.MILLISECONDS;
            return number;
        }
        return number < 0 ? -1 : number * Durations.MS_PER_SECOND;
    }

    private int countFields() {
        int count = 0;
        for (int i = Blanks.skip(bytes, at, end); i < end; i = Blanks.skip(bytes, fieldEnd(i), end)) {
            count++;
        }
        return count;
    }

    private int fieldEnd(int start) {
        int stop = start;
        while (stop < end && Blanks.lengthAt(bytes, stop, end) == 0) {
            stop++;
        }
        return stop;
    }

    private int indexOfTab(int from) {
        int i = from;
        while (i < end && bytes[i] != TAB) {
            i++;
        }
        return i;
    }

    private static long parseNumber(byte[] bytes, int from, int to) {
        boolean signed = from < to && (bytes[from] == '-' || bytes[from] == '+');
        boolean negative = signed && bytes[from] == '-';
        int at = signed ? from + 1 : from;
        if (at == to) {
            throw MalformedRequestException.of(ProtocolError.BAD_NUMBER);
        }
        // Counts downwards, because the smallest 64-bit number has no positive twin.
        long value = 0;
        for (; at < to; at++) {
            value = times10Minus(value, bytes[at] - '0');
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw MalformedRequestException.of(ProtocolError.BAD_NUMBER);
        }
        return negative ? value : -value;
    }

    private static long times10Minus(long value, int digit) {
        if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit) {
            throw MalformedRequestException.of(ProtocolError.BAD_NUMBER);
        }
        return value * 10 - digit;
    }
}
