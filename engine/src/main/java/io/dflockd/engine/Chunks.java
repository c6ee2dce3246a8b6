package io.dflockd.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers with their numbers, added at the end and removed at both. All chunks but the last are full to their end; where
 * there is one alone, it is as large as it needs to be. Each knows how many bytes are in it, so removing many from the
 * beginning looks at those of one chunk alone.
 */
final class Chunks {
    static final int CHUNK = 256;
    private static final int INITIAL_CAPACITY = 8;
    /** So many chunks with so little in them become one. */
    private static final int SHRUNK_PART = 4;

    private static final class Chunk {
        long[] numbers;
        @Nullable Object[] contents;
        int from;
        int to;
        long weight;
        long values;

        Chunk(int capacity) {
            numbers = new long[capacity];
            contents = new @Nullable Object[capacity];
        }

        int size() {
            return to - from;
        }

        Object content(int slot) {
            var content = contents[slot];
            if (content == null) {
                throw new IllegalStateException("nothing in slot " + slot);
            }
            return content;
        }

        /** Moves what is in it to its beginning, with so much room. */
        void resize(int capacity) {
            var former = numbers;
            var formerContents = contents;
            int size = size();
            numbers = new long[capacity];
            contents = new @Nullable Object[capacity];
            System.arraycopy(former, from, numbers, 0, size);
            System.arraycopy(formerContents, from, contents, 0, size);
            from = 0;
            to = size;
        }
    }

    private @Nullable Chunk[] chunks = new @Nullable Chunk[2];
    private int head;
    private int count;
    private int size;
    private long weight;
    private long values;

    /** The bytes of all but the values. */
    long weight() {
        return weight;
    }

    /** The bytes of the values. */
    long values() {
        return values;
    }

    int capacity() {
        int capacity = 0;
        for (int i = 0; i < count; i++) {
            capacity += chunk(i).numbers.length;
        }
        return capacity;
    }

    long number(int index) {
        int at = chunk(0).from + index;
        return count == 1 ? chunk(0).numbers[at] : chunk(at / CHUNK).numbers[at % CHUNK];
    }

    Object content(int index) {
        int at = chunk(0).from + index;
        return count == 1 ? chunk(0).content(at) : chunk(at / CHUNK).content(at % CHUNK);
    }

    void add(long number, Object content, long bytes, boolean isValue) {
        var chunk = withRoom();
        chunk.numbers[chunk.to] = number;
        chunk.contents[chunk.to++] = content;
        size++;
        change(chunk, isValue ? 0 : bytes, isValue ? bytes : 0);
    }

    /** There must be so many. */
    void removeFirst(int most) {
        int rest = most;
        while (rest > 0 && chunk(0).size() <= rest) {
            rest -= chunk(0).size();
            dropFirst();
        }
        for (; rest > 0; rest--) {
            var first = chunk(0);
            forget(first, first.from++);
        }
        shrink();
    }

    /** There must be one. */
    Object removeLast() {
        var last = chunk(count - 1);
        var content = last.content(last.to - 1);
        forget(last, --last.to);
        if (last.size() == 0) {
            dropLast();
        }
        shrink();
        return content;
    }

    private void forget(Chunk chunk, int slot) {
        var content = chunk.content(slot);
        long bytes = Footprint.answerBytes(content);
        boolean isValue = content instanceof Outcome.Popped;
        chunk.contents[slot] = null;
        size--;
        change(chunk, isValue ? 0 : -bytes, isValue ? -bytes : 0);
    }

    private void change(Chunk chunk, long more, long moreOfValues) {
        chunk.weight += more;
        chunk.values += moreOfValues;
        weight += more;
        values += moreOfValues;
    }

    private Chunk withRoom() {
        if (count == 0) {
            append(new Chunk(INITIAL_CAPACITY));
        }
        var last = chunk(count - 1);
        int capacity = last.numbers.length;
        if (last.to < capacity) {
            return last;
        }
        if (count == 1 && last.from >= capacity / 2) {
            last.resize(capacity);
        } else if (count == 1 && capacity < CHUNK) {
            last.resize(capacity * 2);
        } else {
            last = new Chunk(CHUNK);
            append(last);
        }
        return last;
    }

    private void append(Chunk chunk) {
        if (count == chunks.length) {
            var more = new @Nullable Chunk[count * 2];
            for (int i = 0; i < count; i++) {
                more[i] = chunk(i);
            }
            chunks = more;
            head = 0;
        }
        chunks[(head + count++) & (chunks.length - 1)] = chunk;
    }

    private void dropFirst() {
        var first = chunk(0);
        size -= first.size();
        weight -= first.weight;
        values -= first.values;
        if (count == 1 && first.numbers.length == INITIAL_CAPACITY) {
            // Who acknowledges each answer as it comes needs no new one each time.
            Arrays.fill(first.contents, null);
            first.from = 0;
            first.to = 0;
            first.weight = 0;
            first.values = 0;
            return;
        }
        chunks[head] = null;
        head = (head + 1) & (chunks.length - 1);
        count--;
    }

    private void dropLast() {
        if (count > 1) {
            chunks[(head + --count) & (chunks.length - 1)] = null;
        }
    }

    private void shrink() {
        if (count > 1 && size <= CHUNK / SHRUNK_PART) {
            unite();
        } else if (count == 1) {
            var only = chunk(0);
            int capacity = only.numbers.length;
            while (capacity > INITIAL_CAPACITY && size * SHRUNK_PART <= capacity) {
                capacity /= 2;
            }
            // Halving once is not worth a copy: a client that acknowledges now and then fills it again.
            if (capacity * SHRUNK_PART <= only.numbers.length) {
                only.resize(capacity);
            }
        }
        if (count <= 2 && chunks.length > 2 * SHRUNK_PART) {
            var fewer = new @Nullable Chunk[2];
            for (int i = 0; i < count; i++) {
                fewer[i] = chunk(i);
            }
            chunks = fewer;
            head = 0;
        }
    }

    private void unite() {
        var one = new Chunk(CHUNK / 2);
        for (int i = 0; i < count; i++) {
            var chunk = chunk(i);
            System.arraycopy(chunk.numbers, chunk.from, one.numbers, one.to, chunk.size());
            System.arraycopy(chunk.contents, chunk.from, one.contents, one.to, chunk.size());
            one.to += chunk.size();
            one.weight += chunk.weight;
            one.values += chunk.values;
        }
        chunks = new @Nullable Chunk[2];
        head = 0;
        count = 0;
        append(one);
    }

    private Chunk chunk(int index) {
        var chunk = chunks[(head + index) & (chunks.length - 1)];
        if (chunk == null) {
            throw new IllegalStateException("no chunk " + index + " of " + count);
        }
        return chunk;
    }
}
