package io.dflockd.http.data;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.Right;
import io.dflockd.service.visit.VisitorDesk;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Values: read, stored, stored only where the former one is that of a strong ETag (RFC 9110, 8.8.3 and 13.1), deleted. */
public final class ValuesApi {
    private static final String PATH = "/api/v1/values/{key}";
    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";
    private static final String ANY = "*";
    private static final int ETAG_BYTES = 16;
    private static final Reply CONFLICT = new Reply.Word(Status.CAS_CONFLICT);

    private final Asking asking;

    public ValuesApi(VisitorDesk desk) {
        this.asking = new Asking(desk);
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.GET, PATH, Right.READ, this::get, "The value of a key"),
                Route.atLeader(Method.PUT, PATH, Right.WRITE, Asking.withValue(this::put), "Stores a value"),
                Route.atLeader(Method.DELETE, PATH, Right.WRITE, this::delete, "Deletes a value"));
    }

    private CompletionStage<Answer> get(Call call) {
        call.query().only();
        var key = call.parameter("key");
        return asking.ask(call, Verb.KGET, key, "", reply -> {
            var value = Asking.text(reply);
            return Asking.found(key, json -> json.octets("value", value)).withHeader("ETag", etag(value));
        });
    }

    private CompletionStage<Answer> put(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "value", "value_b64", "ttl_s");
        var key = call.parameter("key");
        var value = Asking.octets(body, "value");
        if (value.indexOf('\t') >= 0) {
            throw Problem.invalid("value: it may have no tab").exception();
        }
        var ttl = "\t" + body.milliseconds("ttl_s", 1, Limits.MAX_SECONDS, 0) + "ms";
        var stored = body.has("ttl_s") ? value + ttl : value;
        @Nullable String match = call.header().apply(IF_MATCH);
        @Nullable String noneMatch = call.header().apply(IF_NONE_MATCH);
        if (match != null && noneMatch != null) {
            throw Problem.invalid("either If-Match or If-None-Match may be given").exception();
        }
        if (noneMatch != null) {
            if (!noneMatch.equals(ANY)) {
                throw Problem.invalid("If-None-Match: must be *, which stores only where there is no value")
                        .exception();
            }
            return asking.ask(call, Verb.KCAS, key, "\t" + stored, reply -> stored(reply, value));
        }
        if (match == null) {
            return asking.ask(call, Verb.KSET, key, stored, reply -> stored(reply, value));
        }
        if (match.isBlank()) {
            throw Problem.invalid("If-Match: must be an ETag, several with commas between them, or *").exception();
        }
        var visit = asking.visit(call, false);
        return Asking.ask(visit, Verb.KGET, key, "").thenCompose(reply -> {
            if (!(reply instanceof Reply.Text former) || !isMeant(former.text(), match)) {
                throw Asking.refused(reply instanceof Reply.Text || isNothing(reply) ? CONFLICT : reply).exception();
            }
            return Asking.ask(visit, Verb.KCAS, key, former.text() + "\t" + stored);
        }).thenApply(reply -> stored(reply, value));
    }

    /** An ETag has no commas in it, so they can be told apart by these. */
    private static boolean isMeant(String value, String match) {
        return match.equals(ANY)
                || Arrays.stream(match.split(",", -1)).map(String::strip).anyMatch(etag(value)::equals);
    }

    private static boolean isNothing(Reply reply) {
        return reply instanceof Reply.Word word && word.status() == Status.NIL;
    }

    private static Answer stored(Reply reply, String value) {
        return Asking.done(reply).withHeader("ETag", etag(value));
    }

    private CompletionStage<Answer> delete(Call call) {
        call.query().only();
        if (call.header().apply(IF_MATCH) != null || call.header().apply(IF_NONE_MATCH) != null) {
            throw Problem.invalid("a value cannot be deleted under a condition").exception();
        }
        return asking.ask(call, Verb.KDEL, call.parameter("key"), "", Asking::done);
    }

    private static String etag(String value) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.ISO_8859_1));
            var beginning = Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, ETAG_BYTES);
            return '"' + beginning + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
