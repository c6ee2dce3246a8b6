// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { link } from "./address.js";
import { pieces, reference, shown } from "./bytes.js";

const part = (count, unit) => `${count} ${unit}`;

/** A duration in its two largest units. */
export function duration(seconds) {
	const s = Math.max(0, seconds);
	if (s < 10) {
		return part(Math.round(s * 10) / 10, "s");
	}
	const whole = Math.round(s);
	if (whole < 60) {
		return part(whole, "s");
	}
	const units = /** @type {const} */ ([[86_400, "d", 3600, "h"], [3600, "h", 60, "m"], [60, "m", 1, "s"]]);
	const [size, unit, lesser, lesserUnit] = units.find(one => whole >= one[0]) ?? units[2];
	const rest = Math.floor((whole % size) / lesser);
	return part(Math.floor(whole / size), unit) + (rest ? ` ${part(rest, lesserUnit)}` : "");
}

export const number = count => count.toLocaleString("en");

export const bytes = count => count < 1 << 20 ? `${number(Math.round(count / 1024))} KiB`
	: `${number(Math.round(count / (1 << 20)))} MiB`;

/** @param {number} count of bytes */
export const size = count => count < 1024 ? plural(count, "byte") : bytes(count);

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

export function octets(row, name = "key") {
	return html`<bdi class="octets" title=${shown(row, name)}>${pieces(row, name).map(piece =>
		piece.escaped ? html`<span class="escape">${piece.text}</span>` : piece.text)}</bdi>`;
}

/** Links to the lock. */
export function keyLink(row) {
	return html`<a class="key" href=${link("lock", { key: reference(row) })}>${
		row.key === "" && row.key_b64 === undefined ? "(empty)" : octets(row)}</a>`;
}

/** Who it is, for people: the name that the client gave itself, where it is, and as which identity. */
export function who(row) {
	const isNamed = row.client || row.client_b64 !== undefined;
	return html`${isNamed ? octets(row, "client") : nothing}${row.peer ? html` <span class="peer">${isNamed ? "@" : ""}${row.peer}</span>`
		: html` <span class="faint">${isNamed ? "away" : "nobody connected"}</span>`}${row.principal ? html` <span class="faint">as</span> ${row.principal}` : nothing}`;
}

/** The same in one line of text. */
export function whoText(row) {
	const name = shown(row, "client");
	return name ? `${name}${row.peer ? `@${row.peer}` : " (away)"}` : row.peer || "nobody connected";
}

export function sessionLink(row) {
	return row.session ? html`<a href=${link("session", { id: row.session })}>${row.session}</a>` : html`<span class="faint">none</span>`;
}

/** @type {Record<string, string>} */
const KINDS = { lock: "lock", semaphore: "semaphore", read_write: "read-write", election: "election" };

export function kind(row) {
	return html`${KINDS[row.kind] ?? row.kind}${row.kind === "semaphore" ? html` <span class="faint">of ${row.limit}</span>` : nothing}`;
}

/** With cells of its head as `th` takes them, or made. @param {any} caption @param {any[]} heads */
export const table = (caption, heads, rows) => html`<table><caption>${caption}</caption><thead><tr>${heads.map(one =>
	Array.isArray(one) ? th(...one) : one)}</tr></thead><tbody>${rows}</tbody></table>`;

/** For those who hear the page. */
export const unseen = text => html`<span class="unseen">${text}</span>`;

/** What is none is left out. @param {any[]} pairs */
export const facts = (pairs, style = "wide-facts") => html`<dl class="facts ${style}">${pairs.map(pair =>
	pair ? html`<div><dt>${pair[0]}</dt><dd>${pair[1]}</dd></div>` : nothing)}</dl>`;

export const notice = text => html`<div class="notice"><p><strong>${text}</strong></p></div>`;

/** What an empty view says. */
export const hint = (strong, text, command = "dflock run jobs/nightly -- sleep 60") => html`<div class="notice"><p><strong>${strong}</strong> ${text}</p><pre>${command}</pre></div>`;

/** What went wrong, where the view has nothing else to say. */
export function trouble(problem) {
	return html`<div class="notice bad" role="alert"><p><strong>${problem.status === 404 ? "Not there." : "No answer."}</strong>
		${problem.message}</p></div>`;
}

/** The time of the day. */
export const clock = at => new Date(at).toLocaleTimeString("en-GB");

export const leaseLeft = (row, passed) => html`${duration(row.lease_left_s - passed)} <span class="faint">${
	row.lease_left_s > row.lease_s ? "renewed, got for" : "of"} ${duration(row.lease_s)}</span>`;

/** How long it has lasted, and since when. */
export function lasting(since, seconds) {
	const day = new Date(since).toLocaleDateString("en-GB");
	return html`${duration(seconds)} <span class="wide2 faint">since ${day === new Date().toLocaleDateString("en-GB") ? "" : `${day} `}${clock(Date.parse(since))}</span>`;
}

/** The head of a column; one without a text has one for those who hear the page. */
export const th = (text = "", style = "", heard = "") => html`<th scope="col" class=${style}>${text || unseen(heard)}</th>`;
