package io.dflockd.engine;

/** The limits that new things are held to. They can change; what there is already stays, however much it is. */
final class LimitsInForce {
    private EngineLimits limits;

    LimitsInForce(EngineLimits limits) {
        this.limits = limits;
    }

    EngineLimits now() {
        return limits;
    }

    void change(EngineLimits others) {
        limits = others;
    }
}
