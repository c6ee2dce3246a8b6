package io.dflockd.acceptance.hostile;

import java.util.List;

/** All attacks that can be led at once and over and over. */
final class Attacks {
    /** An attack with its name. */
    record Named(String name, Attack attack) {}

    static final List<Named> ALL = List.of(
            new Named("tagged reads that nobody takes", Reads.thenTakeAway(Reads::taggedReadsThatNobodyTakes)),
            new Named("reads that nobody takes", Reads.thenTakeAway(Reads::readsThatNobodyTakes)),
            new Named("numbered reads that nobody takes", Reads.thenTakeAway(Reads::numberedReadsThatNobodyTakes)),
            new Named("a list too long for an answer", Reads.thenTakeAway(Reads::aListTooLongForAnAnswer)),
            new Named("a list of control characters", Reads.thenTakeAway(Reads::aListOfControlCharacters)),
            new Named("lists read and not taken",
                    Reads.thenTakeAway(Reads::listsReadOverAndOverByThoseWhoDoNotTakeThem)),
            new Named("stats in a loop", Reads::statsInALoopWithAHundredThousandKeys),
            new Named("values popped by one that resets", Reads.thenTakeAway(Reads::valuesPoppedByOneThatResets)),
            new Named("half-closed readers", Reads.thenTakeAway(Reads::halfClosedReaders)),
            new Named("tagged waits", Hoards::taggedWaits),
            new Named("more tags than one may have", Hoards::moreTagsThanOneMayHave),
            new Named("waits of each kind", Hoards::waitsOfEachKind),
            new Named("sessions that never acknowledge", Hoards::sessionsThatNeverAcknowledge),
            new Named("remembered lists of sessions", Hoards::rememberedListsOfSessions),
            new Named("watches of long patterns", Hoards::watchesOfLongPatterns),
            new Named("listeners of long patterns", Hoards::listenersOfLongPatternsInGroups),
            new Named("observers by the thousand", Hoards::observersByTheThousand),
            new Named("requests behind one that waits", Hoards::requestsBehindOneThatWaits),
            new Named("half requests", Hoards::halfRequests),
            new Named("lists that shrank", Hoards::listsThatShrank),
            new Named("ever shorter times to live", Hoards::everShorterTimesToLive),
            new Named("ever shorter leases", Hoards::everShorterLeases),
            new Named("values until there is no room", Hoards::valuesUntilThereIsNoRoom),
            new Named("lists until there is no room", Hoards::listsUntilThereIsNoRoom),
            new Named("counters until there is no room", Hoards::countersUntilThereIsNoRoom),
            new Named("unread pushes", Hoards::unreadPushes),
            new Named("every verb", Floods.thenTakeAway(Floods::everyVerb)),
            new Named("every verb unread and reset", Floods.thenTakeAway(Floods::everyVerbUnreadAndReset)),
            new Named("every verb tagged", Floods.thenTakeAway(Floods::everyVerbTagged)),
            new Named("every verb in a session", Floods.thenTakeAway(Floods::everyVerbInASession)),
            new Named("every verb byte by byte", Floods.thenTakeAway(Floods::everyVerbByteByByte)),
            new Named("nonsense", Floods::nonsense),
            new Named("lines too long", Floods::linesTooLong),
            new Named("patterns of many stars", Floods::patternsOfManyStars),
            new Named("connections by the thousand", Floods::connectionsByTheThousand),
            new Named("resets in the middle", Floods::resetsInTheMiddle),
            new Named("half-closed waits", Floods::halfClosedWaits),
            new Named("pipelined to the bound", Floods::pipelinedToTheBound),
            new Named("cancel storms", Floods::cancelStorms),
            new Named("barriers and one leaver", Floods::barriersAndOneLeaver),
            new Named("leases that end together", Floods::leasesThatEndTogether),
            new Named("holds that end with their connection", Floods::holdsThatEndWithTheirConnection),
            new Named("values that expire together", Floods::valuesThatExpireTogether),
            new Named("hand-overs in a long queue", Floods::handOversInALongQueue),
            new Named("take-overs in a loop", NamedSessions::takeOversInALoop),
            new Named("bye in a loop", NamedSessions::byeInALoop),
            new Named("connections that end when their wait is due",
                    NamedSessions::connectionsThatEndWhenTheirWaitIsDue),
            new Named("sessions that come and go", NamedSessions::sessionsThatComeAndGo),
            new Named("wrong counting", NamedSessions::wrongCounting),
            new Named("silent strangers", BeforeAuth::silence),
            new Named("half tokens of strangers", BeforeAuth::halfTokens),
            new Named("huge lines of strangers", BeforeAuth::hugeLines),
            new Named("requests of strangers", BeforeAuth::requestsBehindThem),
            new Named("wrong tokens", BeforeAuth::wrongTokens));

    private Attacks() {}
}
