package io.dflockd.engine;

import java.util.List;

/** Something that holds after every entry, whatever the history. It sees all entries from the first on. */
public interface Invariant {
    /**
     * One entry, what came of it, and the engine after it.
     *
     * @param taken whether the engine was to carry it out: from the connection that speaks for its session, under the next
     *     number if it has one
     */
    record Applied(Entry entry, boolean taken, List<Record> effects, Engine engine) {
        List<Recorder.Answer> answers() {
            return all(Recorder.Answer.class);
        }

        List<Recorder.Push> pushes() {
            return all(Recorder.Push.class);
        }

        List<Recorder.Attached> attached() {
            return all(Recorder.Attached.class);
        }

        private <T extends Record> List<T> all(Class<T> type) {
            return effects.stream().filter(type::isInstance).map(type::cast).toList();
        }

        boolean isEndOf(long session) {
            return entry.session() == session && entry.session() == entry.connection()
                    && (entry.command() instanceof Command.Detach || entry.command() instanceof Command.Bye);
        }
    }

    void check(Applied applied);

    /**
     * All that there are, for engines whose steps do so much, and where the holds of a session end with it or stay until
     * their leases.
     */
    static List<Invariant> all(boolean releasesOnEnd, int slice) {
        return List.of(
                new HoldersFit(),
                new FencesRise(),
                new QueuesAreFair(),
                new GrantsAsClientsSeeThem(releasesOnEnd),
                new AnswersComeOnce(),
                new NumbersAreTakenOnce(),
                new AnswersAreCounted(),
                new NothingIsOverdue(slice),
                new LeasesEndInTheirTime(),
                new GracesEndInTheirTime(),
                new NothingOwedIsLost(),
                new BarriersTripTogether(),
                new ReadsSeeTheLatestWrite(),
                new CopiesMatchSubscriptions(),
                new FootprintIsARecount(),
                new PopulationIsARecount(),
                new OwnersAreARecount());
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
