package io.dflockd.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs classes of tests as a build does, and keeps what came of them. */
final class Launched implements TestExecutionListener {
    final List<String> passed = Collections.synchronizedList(new ArrayList<>());
    /** The name of a test or class, and why it failed. */
    final List<String> failed = Collections.synchronizedList(new ArrayList<>());

    private Launched() {}

    static Launched of(Class<?>... classes) {
        return of(Map.of(), classes);
    }

    static Launched of(Map<String, String> settings, Class<?>... classes) {
        var launched = new Launched();
        LauncherFactory.create()
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(Stream.of(classes).map(type -> selectClass(type)).toList())
                        .configurationParameters(settings)
                        .build(), launched);
        return launched;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        result.getThrowable().ifPresent(failure -> failed.add(test.getDisplayName() + ": " + failure.getMessage()));
        if (test.isTest() && result.getThrowable().isEmpty()) {
            passed.add(test.getDisplayName());
        }
    }
}
