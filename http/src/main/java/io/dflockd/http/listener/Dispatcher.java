package io.dflockd.http.listener;

import io.dflockd.http.access.Decision;
import io.dflockd.http.access.Guard;
import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Place;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.ProblemException;
import io.dflockd.http.route.Query;
import io.dflockd.http.route.Route;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.admin.AdminAudit;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what is asked, by whom and whether he may, before any of the body is read, and has it answered after that. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final String JSON = "application/json";
    private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";
    private static final int AUDIT_RETRY_SECONDS = 10;

    private final RouteTable routes;
    private final Guard guard;
    private final AdminAudit audit;
    private final HostNames hosts;
    private final Supplier<Optional<Problem>> elsewhere;
    private final AtomicLong numbers = new AtomicLong();

    /** What waits for its body. */
    record Admitted(
            RouteTable.Match match, Decision.Granted granted, Query query, HttpRequest head,
            @Nullable X509Certificate certificate, @Nullable InetAddress source) {
        boolean writes() {
            return match.route().method().writes();
        }
    }

    /** {@code elsewhere}: why this node does not answer what only the leader can; empty where it leads. */
    Dispatcher(RouteTable routes, Guard guard, AdminAudit audit, HostNames hosts,
            Supplier<Optional<Problem>> elsewhere) {
        this.routes = routes;
        this.guard = guard;
        this.audit = audit;
        this.hosts = hosts;
        this.elsewhere = elsewhere;
    }

    /** Throws a {@link ProblemException} for whatever is not to be answered. */
    Admitted admit(
            HttpRequest head, @Nullable X509Certificate certificate, @Nullable InetAddress source, String peer) {
        requireSound(head);
        var target = head.uri();
        int question = target.indexOf('?');
        var match = routes.find(head.method().name(), question < 0 ? target : target.substring(0, question));
        var route = match.route();
        var asker = Guard.UNKNOWN;
        try {
            requireAcceptable(route, head);
            var decision = guard.decide(
                    route, match.parameters().get("key"), header(head, HttpHeaderNames.AUTHORIZATION),
                    header(head, HttpHeaderNames.COOKIE), certificate, source, peer);
            asker = decision.asker();
            return new Admitted(match, granted(decision),
                    Query.parse(question < 0 ? "" : target.substring(question + 1)), head, certificate,
                    source);
        } catch (ProblemException e) {
            if (route.isRecorded() || isNotAllowed(route, e.problem())) {
                audit.refused(
                        new AdminAudit.Asker(asker, via(head), peer, numbers.incrementAndGet()), source,
                        route.method() + " " + target, e.problem().code());
            }
            throw e;
        }
    }

    private static Decision.Granted granted(Decision decision) {
        return switch (decision) {
            case Decision.Refused refused -> throw refused.problem().exception();
            case Decision.Granted granted -> granted;
        };
    }

    private static String via(HttpRequest head) {
        return Call.via(header(head, Call.VIA));
    }

    /** What clients do here is recorded as on their own port: only where somebody may not do it. */
    private static boolean isNotAllowed(Route route, Problem problem) {
        var right = route.right();
        return right != null && right.isOfClients()
                && (problem.status() == Problem.UNAUTHORIZED || problem.status() == Problem.FORBIDDEN);
    }

    private void requireAcceptable(Route route, HttpRequest head) {
        if (route.right() != null || route.method().writes()) {
            requireOurName(head);
            requireOurPage(head);
        }
        if (route.method().writes()) {
            requireJson(head);
        }
        // Whoever logs in can look, and change nothing more than any other.
        if (route.isRecorded() && route.right() != null && !audit.mayAct()) {
            throw Problem.unavailable(
                    "audit", "what is done cannot be recorded, and with --audit-strict it must be", AUDIT_RETRY_SECONDS)
                    .exception();
        }
    }

    private static void requireSound(HttpRequest head) {
        if (!head.uri().startsWith("/")) {
            throw Problem.invalid("the target of a request must be a path").exception();
        }
        if (head.uri().indexOf('#') >= 0) {
            throw Problem.invalid("the target of a request has no #").exception();
        }
        if (head.headers().getAll(HttpHeaderNames.HOST).size() > 1) {
            throw Problem.invalid("there is more than one Host").exception();
        }
    }

    private void requireOurName(HttpRequest head) {
        var host = header(head, HttpHeaderNames.HOST);
        if (!hosts.accept(host)) {
            throw Problem.of(Problem.MISDIRECTED, "host",
                    host.isEmpty()
                            ? "a request needs a Host"
                            : "Host must be an address, localhost or one of --admin-hosts")
                    .exception();
        }
    }

    /** A page of another site can have a browser send forms here, but no JSON. */
    private static void requireJson(HttpRequest head) {
        var type = header(head, HttpHeaderNames.CONTENT_TYPE);
        int parameters = type.indexOf(';');
        var essence = (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        if (!essence.equals(JSON)) {
            throw Problem.of(Problem.UNSUPPORTED_TYPE, "type", "Content-Type must be " + JSON).exception();
        }
    }

    /**
     * A browser says whose page it is that asks. It would keep answers from a page of another site, but not that page from
     * having long lists made; and a page of another port of this machine counts as the same site, to which cookies are sent.
     */
    private static void requireOurPage(HttpRequest head) {
        var origin = header(head, HttpHeaderNames.ORIGIN);
        var host = header(head, HttpHeaderNames.HOST);
        boolean isOurs = origin.isEmpty() || origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host);
        var site = header(head, SEC_FETCH_SITE).toLowerCase(Locale.ROOT);
        if (!isOurs || !(site.isEmpty() || site.equals("same-origin") || site.equals("none"))) {
            throw Problem.of(Problem.FORBIDDEN, "origin", "a page of another origin may not ask anything here")
                    .exception();
        }
    }

    /** Who asked, and what he may see by now; empty where he may ask that no more. */
    Optional<Actor> again(Admitted admitted, String peer) {
        var decision = guard.decide(
                admitted.match.route(), admitted.match.parameters().get("key"),
                header(admitted.head, HttpHeaderNames.AUTHORIZATION), header(admitted.head, HttpHeaderNames.COOKIE),
                admitted.certificate, admitted.source, peer);
        return decision instanceof Decision.Granted granted ? Optional.of(granted.actor()) : Optional.empty();
    }

    /** Never fails: what goes wrong is an answer too. {@code written}: see {@link Call}. */
    CompletionStage<Answer> answer(Admitted admitted, String body, String peer, CompletionStage<Boolean> written) {
        var route = admitted.match.route();
        var call = new Call(
                route,
                admitted.match.parameters(),
                admitted.query,
                name -> admitted.head.headers().get(name),
                body,
                admitted.granted.actor(),
                admitted.source,
                peer,
                numbers.incrementAndGet(),
                written);
        try {
            if (route.place() == Place.LEADER) {
                elsewhere.get().ifPresent(problem -> {
                    throw problem.exception();
                });
            }
            return route.handler().handle(call).exceptionally(Dispatcher::answerTo);
        } catch (ProblemException e) {
            if (route.isRecorded()) {
                var asker = new AdminAudit.Asker(call.actor().name(), call.via(), peer, call.number());
                audit.refused(asker, admitted.source, route.method() + " " + admitted.head.uri(), e.problem().code());
            }
            return e.problem().answer().now();
        } catch (RuntimeException | Error e) {
            return answerTo(e).now();
        }
    }

    static Answer answerTo(Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof ProblemException expected) {
                return expected.problem().answer();
            }
            cause = cause.getCause();
        }
        LOG.atError().setMessage("a request of the admin listener failed, this is a bug").setCause(failure).log();
        return Problem.of(Problem.FAILED, "failed", "the server failed to answer, its log says why").answer();
    }

    static boolean isOld(HttpRequest head) {
        return head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    private static String header(HttpRequest head, CharSequence name) {
        @Nullable String value = head.headers().get(name);
        return value == null ? "" : value;
    }
}
