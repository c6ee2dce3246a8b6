package io.dflockd.engine;

/** A list has values and more have waited for one than a step may look at, because their sessions are ending. */
final class ListSettlement implements Chore {
    final ValueList list;
    private final Lists lists;

    ListSettlement(ValueList list, Lists lists) {
        this.list = list;
        this.lists = lists;
        list.settlement = this;
    }

    @Override
    public boolean work(Step step) {
        list.settlement = null;
        lists.settle(list, step);
        // What is left over has become a settlement of its own.
        return true;
    }
}
