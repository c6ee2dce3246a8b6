// @ts-check
// Asks the server. Every address is relative to the page, so that it works wherever a proxy puts it.

const TIMEOUT_MS = 10_000;
const DOWNLOAD_MS = 600_000;

/** What the server said no with, or that it said nothing. */
export class Problem extends Error {
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
 * @param {{body?: any, signal?: AbortSignal, timeoutMs?: number, read?: (response: Response) => Promise<any>}} options @returns {Promise<any>}
 */
async function ask(method, path, { body, signal, timeoutMs = TIMEOUT_MS, read = response => response.json() } = {}) {
	const timeout = AbortSignal.timeout(timeoutMs);
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
	const answer = await (response.ok ? read(response) : response.json()).catch(() => null);
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

export const post = (path, body) => ask("POST", path, { body });

export const put = (path, body) => ask("PUT", path, { body });

/** Has the browser keep what the server makes; that is all there when this is done. */
export const download = (path, body) => ask("POST", path, { body, timeoutMs: DOWNLOAD_MS, read: async response => {
	const file = await response.blob();
	const link = document.createElement("a");
	link.href = URL.createObjectURL(file);
	link.download = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_MS);
	return file;
} });

/** Ends something. */
export const remove = (path, reason) => ask("DELETE", path, { body: { reason } });
