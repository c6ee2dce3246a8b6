package io.dflockd.http.route;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why something was not done, in the form of RFC 9457.
 *
 * @param code the protocol's word for it, where it has one
 * @param detail a sentence that names the thing, the value and what is valid
 * @param fields what a program may want to know besides
 * @param headers of the answer
 */
public record Problem(
        int status, String code, String detail, Map<String, String> fields, Map<String, String> headers) {
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int CONFLICT = 409;
    public static final int PRECONDITION_FAILED = 412;
    public static final int TOO_LARGE = 413;
    public static final int URI_TOO_LONG = 414;
    public static final int UNSUPPORTED_TYPE = 415;
    public static final int MISDIRECTED = 421;
    public static final int UNPROCESSABLE = 422;
    public static final int LOCKED = 423;
    public static final int TOO_MANY = 429;
    public static final int HEAD_TOO_LARGE = 431;
    public static final int FAILED = 500;
    public static final int UNAVAILABLE = 503;

    private static final String TYPE = "application/problem+json";

    public Problem {
        fields = Map.copyOf(fields);
        headers = Map.copyOf(headers);
    }

    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, Map.of(), Map.of());
    }

    /** What was sent cannot be what was meant. */
    public static Problem invalid(String detail) {
        return of(BAD_REQUEST, "invalid", detail);
    }

    /** Nothing goes at present; whoever asks again after so many seconds may have more luck. */
    public static Problem unavailable(String code, String detail, int retryAfterSeconds) {
        return of(UNAVAILABLE, code, detail).withHeader("Retry-After", Integer.toString(retryAfterSeconds));
    }

    public Problem withField(String name, String value) {
        return new Problem(status, code, detail, with(fields, name, value), headers);
    }

    public Problem withHeader(String name, String value) {
        return new Problem(status, code, detail, fields, with(headers, name, value));
    }

    public ProblemException exception() {
        return new ProblemException(this);
    }

    public Answer answer() {
        var body = JsonFields.object(json -> {
            json.text("type", "about:blank");
            json.text("title", title(status));
            json.number("status", status);
            json.text("code", code);
            json.text("detail", detail);
            fields.forEach(json::text);
        });
        return new Answer(status, TYPE, headers, body);
    }

    private static Map<String, String> with(Map<String, String> former, String name, String value) {
        var more = new LinkedHashMap<>(former);
        more.put(name, value);
        return more;
    }

    private static String title(int status) {
        return switch (status) {
            case BAD_REQUEST -> "Bad request";
            case UNAUTHORIZED -> "Unauthorized";
            case FORBIDDEN -> "Forbidden";
            case NOT_FOUND -> "Not found";
            case METHOD_NOT_ALLOWED -> "Method not allowed";
            case CONFLICT -> "Conflict";
            case PRECONDITION_FAILED -> "Precondition failed";
            case TOO_LARGE -> "Content too large";
            case URI_TOO_LONG -> "Target too long";
            case UNSUPPORTED_TYPE -> "Unsupported media type";
            case MISDIRECTED -> "Misdirected request";
            case UNPROCESSABLE -> "Unprocessable content";
            case LOCKED -> "Locked";
            case TOO_MANY -> "Too many requests";
            case HEAD_TOO_LARGE -> "Request header fields too large";
            case UNAVAILABLE -> "Service unavailable";
            default -> "Internal server error";
        };
    }
}
