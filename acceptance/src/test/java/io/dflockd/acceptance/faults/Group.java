package io.dflockd.acceptance.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Cases that suffer the same fault at the same moment, on one {@link Scene}. */
final class Group {
    private final List<FaultCase> cases;
    private final Scene.Surroundings around;
    private final ExecutorService threads;

    Group(List<FaultCase> cases, Scene.Surroundings around, ExecutorService threads) {
        this.cases = cases;
        this.around = around;
        this.threads = threads;
    }

    /** How long such a group takes at most, roughly. */
    static Duration most(List<FaultCase> cases) {
        return cases.stream().map(FaultCase::most).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Carries them out. */
    List<Verdict> run() {
        var first = cases.get(0);
        var verdicts = new ArrayList<Verdict>();
        try (var scene = new Scene(first.fault(), around)) {
            var begun = cases.stream().map(of -> submit(() -> new Trial(of, scene))).toList();
            var trials = new ArrayList<Future<Verdict>>();
            var tried = new ArrayList<FaultCase>();
            for (int i = 0; i < begun.size(); i++) {
                try {
                    var trial = begun.get(i).get();
                    trials.add(submit(() -> {
                        scene.awaitStrike();
                        return trial.conclude();
                    }));
                    tried.add(cases.get(i));
                } catch (ExecutionException e) {
                    verdicts.add(Verdict.failed(cases.get(i), e.getCause()));
                }
            }
            strike(scene, first);
            for (int i = 0; i < trials.size(); i++) {
                verdicts.add(verdict(tried.get(i), trials.get(i)));
            }
            var left = scene.leftInHost();
            if (!left.isEmpty()) {
                verdicts.set(0, verdicts.get(0).with(left));
            }
        } catch (Exception | AssertionError e) {
            cases.forEach(of -> verdicts.add(Verdict.failed(of, e)));
        }
        return verdicts;
    }

    private static void strike(Scene scene, FaultCase first) {
        LockSupport.parkNanos(first.moment().toNanos());
        scene.strike();
        if (first.endsByItself()) {
            LockSupport.parkNanos(first.length().toNanos());
            scene.mend();
        }
    }

    private static Verdict verdict(FaultCase of, Future<Verdict> trial) throws InterruptedException {
        try {
            return trial.get();
        } catch (ExecutionException e) {
            return Verdict.failed(of, e.getCause());
        }
    }

    private <T> Future<T> submit(Callable<T> task) {
        return threads.submit(task);
    }
}
