package io.dflockd.protocol;

/** Writes durations and reads those of answers; those of requests are read by {@link Argument}. */
final class Durations {
    static final long MS_PER_SECOND = 1000;
    static final long MAX_MS = Limits.MAX_SECONDS * MS_PER_SECOND;
    static final String MS = "ms";
    /** Stands for what is no duration; no duration is that long. */
    static final long NONE = Long.MIN_VALUE;

    private Durations() {}

    /** Of a request: nothing of it may get lost, so where seconds do not do, milliseconds must. */
    static void putExactly(long ms, DurationForm form, OctetBuffer out) {
        if (form == DurationForm.SECONDS && ms % MS_PER_SECOND == 0) {
            out.put(ms / MS_PER_SECOND);
        } else {
            out.put(ms).put(MS);
        }
    }

    /** Of an answer: in the form in which it was asked. What seconds cannot say is cut off, never added. */
    static void put(long ms, DurationForm form, OctetBuffer out) {
        if (form == DurationForm.SECONDS) {
            out.put(ms / MS_PER_SECOND);
        } else {
            out.put(ms).put(MS);
        }
    }

    static DurationForm formOf(String field) {
        return field.endsWith(MS) ? DurationForm.MILLISECONDS : DurationForm.SECONDS;
    }

    /** The milliseconds of the field of an answer; {@link #NONE} where it is no duration. */
    static long parse(String field) {
        boolean isMs = field.endsWith(MS);
        long most = isMs ? MAX_MS : Limits.MAX_SECONDS;
        try {
            long number = Long.parseLong(isMs ? field.substring(0, field.length() - MS.length()) : field);
            return Math.abs(number) > most || number == NONE ? NONE : isMs ? number : number * MS_PER_SECOND;
        } catch (NumberFormatException e) {
            return NONE;
        }
    }
}
