// @ts-check
// Asks the server. Every address is relative to the page, so that it works wherever a proxy puts it.

const TIMEOUT_MS = 10_000;

/** What the server said no with, or that it said nothing. */
export class Problem extends Error {
  /** @param {number} status @param {number} retryAfterS */
  constructor(status, body, retryAfterS = 0) {
    super(body?.detail ?? (status ? `the server answered ${status}` : "the server does not answer"));
    this.status = status;
    this.code = body?.code ?? "";
    this.leader = body?.leader ?? "";
    this.retryAfterMs = retryAfterS * 1000;
  }
}

/**
 * @param {string} method @param {string} path below the API's
 * @param {{body?: any, signal?: AbortSignal}} options @returns {Promise<any>}
 */
async function ask(method, path, { body, signal } = {}) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(`../api/v1/${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json", "X-Dflockd-Via": "console" },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch {
    throw new Problem(0, null);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer) { // no answer: it broke off
    throw new Problem(response.ok ? 0 : response.status, answer, Number(response.headers.get("Retry-After")) || 0);
  }
  return answer;
}

/** @param {string} path @param {Record<string, string>} query @param {AbortSignal} [signal] */
export function get(path, query = {}, signal) {
  const search = new URLSearchParams(query).toString();
  return ask("GET", search ? `${path}?${search}` : path, { signal });
}

/** @param {string} path */
export const post = (path, body) => ask("POST", path, { body });

/** Ends something. @param {string} path @param {string} reason */
export const remove = (path, reason) => ask("DELETE", path, { body: { reason } });
