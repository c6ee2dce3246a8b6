package io.dflockd.simulation;

/** What one machine takes for the time: a crystal that is a little too fast or too slow, and a wall clock that jumps. */
final class SkewedClock {
    /** By how much a crystal may differ from true time. */
    static final int MOST_PPM = 200;

    private static final double MILLION = 1e6;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long WALL_AT_START_MICROS = 1_700_000_000_000_000L;
    private static final long LONGEST_JUMP_MICROS = 3_600_000_000L;

    private final VirtualTime time;
    private final double rate;
    private final long offset;
    private long wallOffsetMicros;

    SkewedClock(VirtualTime time) {
        this(time, 1 + time.random().nextInt(-MOST_PPM, MOST_PPM + 1) / MILLION);
    }

    SkewedClock(VirtualTime time, double rate) {
        this.time = time;
        this.rate = rate;
        offset = time.random().nextLong(-VirtualTime.SECOND * 1_000, VirtualTime.SECOND * 1_000);
    }

    /** A reading that only differences make sense of. */
    long nanoTime() {
        return offset + (long) (time.now() * rate);
    }

    /** How much true time passes while this clock moves on by so much. */
    long trueNanos(long nanos) {
        return (long) Math.ceil(nanos / rate);
    }

    long wallMicros() {
        return WALL_AT_START_MICROS + time.now() / NANOS_PER_MICRO + wallOffsetMicros;
    }

    void jump() {
        wallOffsetMicros = time.random().nextLong(-LONGEST_JUMP_MICROS, LONGEST_JUMP_MICROS);
    }
}
