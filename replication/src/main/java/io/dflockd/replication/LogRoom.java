package io.dflockd.replication;

/**
 * How much of the heap the log takes on its way to disks and followers. Ratis has in memory: the records of the file that is
 * written and of the one before; of each record that is in a file still, where it begins, which for a batch of one request is
 * several times its length; what is under way to a follower, and that is much where one is behind. All of that has to fit
 * beside the state, which may take two thirds of the heap while a large one is made a second time for a snapshot.
 *
 * @param segmentBytes how long a file of the log is
 * @param batches how many batches lie between two snapshots, however short they are
 * @param recordsAtOnce how many records of the log are in one message to a follower
 * @param chunkBytes how long a part of a snapshot is that a follower is sent
 * @param chunks how many of them may be in memory
 * @param copiedBytes what a state takes at most that is copied in memory, to be written from there
 */
record LogRoom(long segmentBytes, long batches, int recordsAtOnce, long chunkBytes, int chunks,
        long copiedBytes) {
    /** How many messages with records are under way to a follower. */
    static final int MESSAGES = 8;

    private static final long MIB = 1L << 20;

    private static final long HEAP_TO_SEGMENT = 128;
    private static final long LONGEST_SEGMENT = 32 * MIB;

    private static final long HEAP_TO_BATCHES = 16;
    /** What Ratis keeps of where a record begins, for a batch and the record that may stand behind it; as measured. */
    private static final long BYTES_OF_A_BATCH = 512;

    private static final long HEAP_TO_MESSAGES = 16;
    private static final int MOST_AT_ONCE = 64;

    /** Less where the program itself takes much of the heap. */
    private static final long HEAP_TO_CHUNKS = 8;
    private static final long PROGRAM_BYTES = 128 * MIB;
    private static final long SMALL_HEAP_TO_CHUNKS = 16;
    private static final int FEWEST_CHUNKS = 128;
    /** A network must carry so much a second, whatever the heap is: else a part is not answered in time, and all begins anew. */
    private static final long LONGEST_CHUNK = MIB;

    private static final long HEAP_TO_COPY = 16;
    /** Some milliseconds, in which nothing is applied. */
    private static final long LARGEST_COPY = 16 * MIB;

    static final LogRoom OF_THIS_PROCESS = of(Runtime.getRuntime().maxMemory());

    static LogRoom of(long heapBytes) {
        long chunkBytes = Math.min(chunksBytes(heapBytes) / FEWEST_CHUNKS, LONGEST_CHUNK);
        return new LogRoom(
                Math.clamp(heapBytes / HEAP_TO_SEGMENT, MIB, LONGEST_SEGMENT),
                heapBytes / HEAP_TO_BATCHES / BYTES_OF_A_BATCH,
                Math.clamp(heapBytes / HEAP_TO_MESSAGES / MESSAGES / OpenBatch.MAX_BYTES, 1, MOST_AT_ONCE),
                chunkBytes,
                (int) (chunksBytes(heapBytes) / chunkBytes),
                Math.min(heapBytes / HEAP_TO_COPY, LARGEST_COPY));
    }

    private static long chunksBytes(long heapBytes) {
        return Math.max(heapBytes / SMALL_HEAP_TO_CHUNKS, (heapBytes - PROGRAM_BYTES) / HEAP_TO_CHUNKS);
    }
}
