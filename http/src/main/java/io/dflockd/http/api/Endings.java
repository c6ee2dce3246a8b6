package io.dflockd.http.api;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Problem;
import io.dflockd.protocol.Octets;
import io.dflockd.service.admin.AdminAudit;
import io.dflockd.service.admin.Verdict;

/** What all have in common that end something. */
final class Endings {
    static final int LONGEST_REASON = 500;

    private Endings() {}

    static AdminAudit.Asker asker(Call call) {
        return asker(call, call.actor());
    }

    /** {@code actor}: who it turned out to be. */
    static AdminAudit.Asker asker(Call call, Actor actor) {
        return new AdminAudit.Asker(actor.name(), call.via(), call.peer(), call.passedBy(), call.number());
    }

    static String outcome(Verdict verdict) {
        return switch (verdict) {
            case DONE -> "done";
            case GONE -> "gone";
            case UNKNOWN -> "unknown";
        };
    }

    /** {@code gone}: what is said where it is not there. */
    static Answer answer(Verdict verdict, Problem gone) {
        return switch (verdict) {
            case DONE -> Answer.json(JsonFields.object(json -> json.flag("done", true)));
            case GONE -> gone.answer();
            case UNKNOWN -> Problem.unavailable(
                    "unknown", "the server stops or another node leads by now: look there whether it was done", 1)
                    .answer();
        };
    }

    /** A number in a path. */
    static long number(Call call, String name) {
        var octets = call.parameter(name);
        try {
            long number = Long.parseLong(octets);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Problem.invalid("\"" + Octets.toText(octets) + "\" is not valid, must be a whole number above 0")
                .exception();
    }
}
