package io.dflockd.service;

import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.protocol.Members;
import io.dflockd.protocol.NewMember;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.StatsWorker;
import io.dflockd.service.stats.StatusReport;
import io.dflockd.service.stats.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a cluster's clients and its operator ask of it. */
final class ClusterDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterDesk.class);

    private final EngineDriver driver;
    private final Gate gate;
    private final AuditTrail audit;
    private final LimitNames limits;
    /** For changes, which block: one at a time, so that no two change the cluster at once. */
    private final StatsWorker changes = new StatsWorker("dflockd-operations");
    /** For the status, for which anybody may ask, so that nobody keeps an operator from changing anything. */
    private final StatsWorker reports = new StatsWorker("dflockd-status");
    /** Whoever is here is answered by the next report. */
    private final Queue<Asker> askers = new ConcurrentLinkedQueue<>();

    private record Asker(Caller caller, long request) {}

    ClusterDesk(EngineDriver driver, Gate gate, AuditTrail audit, LimitNames limits) {
        this.driver = driver;
        this.gate = gate;
        this.audit = audit;
        this.limits = limits;
    }

    /** Answers, now or later. */
    void handle(Caller caller, Request.Cluster request) {
        var act = request.act();
        @Nullable Operations operations = driver.operations().orElse(null);
        if (act == Request.Cluster.Act.MEMBERS) {
            caller.receiver().reply(Tag.NONE, members());
        } else if (operations == null) {
            caller.answersHere(Traffic.Result.ERROR);
            caller.receiver().reply(Tag.NONE, Replies.ERROR);
        } else if (act != Request.Cluster.Act.STATUS && !(caller.principal().isAdmin() && audit.mayAct())) {
            audit.denied(caller.principal(), "cluster " + act.word(), request.subject(), caller.receiver().peer(),
                    caller.receiver().source());
            gate.deniedCluster();
            caller.answersHere(Traffic.Result.REFUSED);
            caller.receiver().reply(Tag.NONE, Replies.DENIED);
        } else if (act == Request.Cluster.Act.STATUS) {
            report(caller, operations);
        } else {
            change(caller, request, operations);
        }
    }

    /** All who ask before a report is begun are told the same one. Each connection asks for one at a time. */
    private void report(Caller caller, Operations operations) {
        askers.add(new Asker(caller, driver.beginOutside(caller)));
        // Where too many reports are planned already, one of those that have not begun comes behind this.
        var unusedAsOneIsPlanned = reports.submit(() -> report(operations));
    }

    private void report(Operations operations) {
        var asking = new ArrayList<Asker>();
        for (var next = askers.poll(); next != null; next = askers.poll()) {
            asking.add(next);
        }
        if (asking.isEmpty()) {
            return; // they were told with others
        }
        var answer = status(operations);
        for (var asker : asking) {
            var receiver = asker.caller.receiver();
            driver.endOutside(asker.caller, asker.request, () -> receiver.reply(Tag.NONE, answer));
        }
    }

    private Reply status(Operations operations) {
        try {
            return new Reply.Text(StatusReport.write(operations.report(), limits));
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    /** Nobody may wait for ever for what a bug keeps from being done. */
    private static Reply failed(RuntimeException e) {
        LOG.atError().setMessage("cluster failed, this is a bug").setCause(e).log();
        return Replies.ERROR;
    }

    private void change(Caller caller, Request.Cluster request, Operations operations) {
        var receiver = caller.receiver();
        long number = driver.beginOutside(caller);
        boolean accepted = changes.submit(() -> {
            var answer = answer(caller, request, operations);
            driver.endOutside(caller, number, () -> receiver.reply(Tag.NONE, answer));
        });
        if (!accepted) {
            driver.endOutside(caller, number, () -> receiver.reply(Tag.NONE, Replies.ERROR));
        }
    }

    private Reply answer(Caller caller, Request.Cluster request, Operations operations) {
        try {
            var verdict = change(request, operations);
            caller.identify(LOG.atInfo())
                    .setMessage("an operator changes the cluster")
                    .addKeyValue("act", request.act().word())
                    .addKeyValue("subject", request.subject())
                    .addKeyValue("done", verdict.isDone())
                    .addKeyValue("result", verdict.text())
                    .log();
            audit.acted(
                    "cluster.changed", caller.principal(), caller.receiver().peer(), caller.receiver().source(),
                    Map.of("act", request.act().word(), "subject", Octets.toText(request.subject())),
                    verdict.isDone() ? "done" : "failed");
            return new Reply.Text(StatusReport.write(verdict));
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private Operations.Verdict change(Request.Cluster request, Operations operations) {
        var subject = Octets.toText(request.subject());
        return switch (request.act()) {
            case TRANSFER -> operations.transfer(subject.isEmpty() ? Optional.empty() : Optional.of(subject));
            case ADD -> add(subject, operations);
            case REMOVE -> operations.remove(subject);
            case SET -> set(subject, operations);
            case UPGRADE -> operations.upgrade();
            case MEMBERS, STATUS -> throw new IllegalStateException("nothing to change");
        };
    }

    private static Operations.Verdict add(String subject, Operations operations) {
        var node = NewMember.parse(subject);
        return node == null
                ? new Operations.Verdict(false, "'" + subject + "' is not valid, must be NAME=HOST:CLIENTPORT:PEERPORT")
                : operations.add(new Node(node.name(), node.address(), node.peerAddress()));
    }

    private Operations.Verdict set(String subject, Operations operations) {
        int equals = subject.indexOf('=');
        if (equals < 0) {
            return new Operations.Verdict(false, "'" + subject + "' is not valid, must be NAME=VALUE");
        }
        var name = subject.substring(0, equals);
        try {
            var verdict = operations.change(now -> limits.change(now, name, subject.substring(equals + 1)));
            return verdict.isDone()
                    ? new Operations.Verdict(true,
                            name + " is " + limits.texts(driver.view().limits()).get(name))
                    : verdict;
        } catch (SettingException e) {
            return new Operations.Verdict(false, String.valueOf(e.getMessage()));
        }
    }

    private Reply members() {
        var standing = driver.standing();
        if (standing.members().isEmpty()) {
            return Replies.ERROR;
        }
        var addresses = new LinkedHashMap<String, String>();
        standing.members().forEach(node -> addresses.put(node.name(), node.address()));
        var leader = standing.leader().map(Node::name).orElse("");
        return new Reply.Text(new Members(standing.term(), leader, addresses).text());
    }

    @Override
    public void close() {
        changes.close();
        reports.close();
    }
}
