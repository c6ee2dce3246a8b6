package io.dflockd.engine;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The holds of one session, in the order in which it came to them. Linked through the holds themselves, because each
 * grant and each release passes here.
 */
final class Holds extends AbstractCollection<Hold> {
    private @Nullable Hold first;
    private @Nullable Hold last;
    private int size;

    /** Puts a hold that no session has at the end. */
    void link(Hold hold) {
        hold.ownedBefore = last;
        if (last == null) {
            first = hold;
        } else {
            last.ownedAfter = hold;
        }
        last = hold;
        size++;
    }

    /** Takes out a hold that is in it. */
    void unlink(Hold hold) {
        var before = hold.ownedBefore;
        var after = hold.ownedAfter;
        if (before == null) {
            first = after;
        } else {
            before.ownedAfter = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.ownedBefore = before;
        }
        hold.ownedBefore = null;
        hold.ownedAfter = null;
        size--;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Iterator<Hold> iterator() {
        return new Iterator<>() {
            private @Nullable Hold next = first;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Hold next() {
                var hold = next;
                if (hold == null) {
                    throw new NoSuchElementException();
                }
                next = hold.ownedAfter;
                return hold;
            }
        };
    }
}
