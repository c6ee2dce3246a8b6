package io.dflockd.engine;

import java.util.List;

/** Something that holds after every entry, whatever the history. It sees all entries from the first on. */
interface Invariant {
    /** One entry, what came of it, and the engine after it. */
    record Applied(Entry entry, List<Record> effects, Engine engine) {
        List<Recorder.Answer> answers() {
            return effects.stream()
                    .filter(Recorder.Answer.class::isInstance)
                    .map(Recorder.Answer.class::cast)
                    .toList();
        }

        List<Recorder.Push> pushes() {
            return effects.stream()
                    .filter(Recorder.Push.class::isInstance)
                    .map(Recorder.Push.class::cast)
                    .toList();
        }
    }

    void check(Applied applied);

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
