package io.dflockd.http.route;

/** Carries a {@link Problem} to whoever asks. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false); // an expected outcome, whose place in the code tells nobody anything
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
