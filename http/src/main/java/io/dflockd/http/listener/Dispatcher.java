package io.dflockd.http.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.http.access.Decision;
import io.dflockd.http.access.Guard;
import io.dflockd.http.access.Voucher;
import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Place;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.ProblemException;
import io.dflockd.http.route.Query;
import io.dflockd.http.route.Route;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.Leader;
import io.dflockd.service.admin.AdminAudit;
import io.dflockd.transport.AdminPassage;
import io.dflockd.transport.Introduction;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
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
    private final Passing passing;
    /** The listener's thread, by which handlers are called. */
    private final Executor thread;
    private final AtomicLong numbers = new AtomicLong();

    /** What waits for its body. */
    record Admitted(
            RouteTable.Match match, Decision.Granted granted, Query query, HttpRequest head,
            @Nullable X509Certificate certificate, Sender sender) {
        boolean writes() {
            return match.route().method().writes();
        }

        boolean showsToken() {
            return !header(head, HttpHeaderNames.AUTHORIZATION).isEmpty();
        }
    }

    /** {@code thread}: has something done by the listener's thread. */
    Dispatcher(
            RouteTable routes, Guard guard, AdminAudit audit, HostNames hosts, Passing passing, Executor thread) {
        this.routes = routes;
        this.guard = guard;
        this.audit = audit;
        this.hosts = hosts;
        this.passing = passing;
        this.thread = thread;
    }

    /** Throws a {@link ProblemException} for whatever is not to be answered. */
    Admitted admit(HttpRequest head, @Nullable X509Certificate certificate, Sender sender) {
        requireSound(head);
        var target = head.uri();
        int question = target.indexOf('?');
        var match = routes.find(head.method().name(), question < 0 ? target : target.substring(0, question));
        var route = match.route();
        var asker = Guard.UNKNOWN;
        try {
            requireAcceptable(route, head, sender);
            var decision = decide(match, head, certificate, sender);
            asker = decision.asker();
            return new Admitted(match, granted(decision),
                    Query.parse(question < 0 ? "" : target.substring(question + 1)), head, certificate, sender);
        } catch (ProblemException e) {
            if (route.isRecorded() || isNotAllowed(route, e.problem())) {
                record(asker, via(head), sender, numbers.incrementAndGet(), route.method() + " " + target, e.problem());
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

    private void record(String actor, String via, Sender sender, long number, String what, Problem problem) {
        audit.refused(new AdminAudit.Asker(actor, via, sender.peer(), sender.passedBy(), number), sender.source(), what,
                problem.code());
    }

    /** What clients do here is recorded as on their own port: only where somebody may not do it. */
    private static boolean isNotAllowed(Route route, Problem problem) {
        var right = route.right();
        return right != null && right.isOfClients()
                && (problem.status() == Problem.UNAUTHORIZED || problem.status() == Problem.FORBIDDEN);
    }

    private void requireAcceptable(Route route, HttpRequest head, Sender sender) {
        if (sender.isPassed()) {
            requireOfLeader(route);
        } else if (route.right() != null || route.method().writes()) {
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

    private Decision decide(
            RouteTable.Match match, HttpRequest head, @Nullable X509Certificate certificate, Sender sender) {
        @Nullable String key = match.parameters().get("key");
        var authorization = header(head, HttpHeaderNames.AUTHORIZATION);
        @Nullable Voucher voucher = sender.voucher();
        return voucher == null
                ? guard.decide(match.route(), key, authorization, header(head, HttpHeaderNames.COOKIE), certificate,
                        HostNames.isOwnMachine(header(head, HttpHeaderNames.HOST)),
                        sender.source(), sender.peer())
                : guard.decidePassed(match.route(), key, authorization, voucher, sender.source(), sender.peer());
    }

    /** The port of members leads to nothing else, so that it is no second way to log in or to be known. */
    private static void requireOfLeader(Route route) {
        if (route.place() != Place.LEADER) {
            throw Problem.invalid("that is not passed on: each node answers it for itself").exception();
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
    Optional<Actor> again(Admitted admitted) {
        var decision = decide(admitted.match, admitted.head, admitted.certificate, admitted.sender);
        return decision instanceof Decision.Granted granted ? Optional.of(granted.actor()) : Optional.empty();
    }

    /** The way to the node that leads, if it is to answer that and can be asked. What was passed on once is not again. */
    Optional<AdminPassage> wayOf(Admitted admitted) {
        return admitted.match.route().place() == Place.LEADER && !admitted.sender.isPassed()
                ? passing.way()
                : Optional.empty();
    }

    /**
     * Passes it on. Throws a problem where it cannot; the client is told nothing then.
     *
     * @param loop of the listener
     */
    PassedRequest pass(
            Admitted admitted, byte[] body, AdminPassage way, EventLoop loop, PassedRequest.Client client) {
        var leader = passing.leading().other();
        if (leader.isEmpty()) {
            throw Passing.notLeader(leader, "").exception();
        }
        return PassedRequest.begin(
                passing, way, leader.get(), admitted, introduction(admitted, way, leader), body, loop, client);
    }

    /** A token is passed on as it is. Who is known otherwise is so by this node alone, which must be believed then. */
    private Introduction introduction(Admitted admitted, AdminPassage way, Optional<Leader> leader) {
        var credential = admitted.showsToken() ? "" : guard.credentialOf(admitted.granted.actor());
        var right = admitted.match.route().right();
        boolean needsCertificate = right != null && guard.wantsCertificate(right);
        if (!way.isEncrypted() && (needsCertificate || !credential.isEmpty())) {
            throw Passing
                    .notLeader(leader, "without certificates of the nodes (--peer-tls-cert) this one passes on only"
                            + " what shows a token, not who is known by a certificate or a login")
                    .exception();
        }
        if (credential.getBytes(UTF_8).length > Introduction.MAX_CREDENTIAL_BYTES) {
            throw Passing.notLeader(leader, "the name in that certificate has more than "
                    + Introduction.MAX_CREDENTIAL_BYTES + " bytes and is not passed on").exception();
        }
        return new Introduction(admitted.sender.address(), way.self(), credential, needsCertificate);
    }

    /** It was passed on, or was to be, and there is no answer. */
    void notPassed(Admitted admitted, Problem problem) {
        if (admitted.match.route().isRecorded()) {
            recordRefused(admitted, numbers.incrementAndGet(), problem);
        }
    }

    private void recordRefused(Admitted admitted, long number, Problem problem) {
        record(admitted.granted.actor().name(), via(admitted.head), admitted.sender, number,
                admitted.match.route().method() + " " + admitted.head.uri(), problem);
    }

    /** What this node is called in its cluster; empty where it is alone. */
    Optional<String> node() {
        return passing.leading().self();
    }

    /** Never fails: what goes wrong is an answer too. {@code written}: see {@link Call}. */
    CompletionStage<Answer> answer(Admitted admitted, String body, CompletionStage<Boolean> written) {
        if (!admitted.sender.isPassed()) {
            return answerHere(admitted, body, written);
        }
        // What members pass on is read by other threads, and handlers know of one.
        try {
            return CompletableFuture.supplyAsync(() -> answerHere(admitted, body, written), thread)
                    .thenCompose(answer -> answer);
        } catch (RejectedExecutionException e) {
            return Passing.notLeader(Optional.empty(), "").answer().now();
        }
    }

    private CompletionStage<Answer> answerHere(Admitted admitted, String body, CompletionStage<Boolean> written) {
        var route = admitted.match.route();
        var call = new Call(
                route,
                admitted.match.parameters(),
                admitted.query,
                name -> admitted.head.headers().get(name),
                body,
                admitted.granted.actor(),
                admitted.sender.source(),
                admitted.sender.peer(),
                admitted.sender.passedBy(),
                numbers.incrementAndGet(),
                written);
        try {
            if (route.place() == Place.LEADER && !passing.leading().leads().getAsBoolean()) {
                throw Passing.notLeader(passing.leading().leader().get(), "").exception();
            }
            return route.handler().handle(call).exceptionally(Dispatcher::answerTo);
        } catch (ProblemException e) {
            if (route.isRecorded()) {
                recordRefused(admitted, call.number(), e.problem());
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
