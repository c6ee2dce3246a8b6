// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { Problem } from "./api.js";
import { choice, filters, prefix } from "./filters.js";
import { clock, hint, keyLink, number, octets, plural, sessionLink, table, unseen } from "./format.js";

const KEPT = 200;
const HOLDS = ["granted", "queued", "left", "released", "expired", "revoked", "session_ended"];
const KINDS = [["", "All"], [HOLDS.join(), "Holds and waits"], ["expired,revoked,session_ended", "Lost holds"],
	["incr,decr,cset,kset,kdel,kcas,kexpire,lpush,rpush,lpop,rpop,blpop,brpop", "Values, counters, lists"]];

/** @typedef {{seq: string, at: string, kind: string, missed?: number, key: string, fence: number, session: number}} Row */

/** @param {string} of @returns {{of: string, last: string, rows: Row[], paused: Row[] | null, unseen: number}} */
const fresh = of => ({ of, last: "", rows: [], paused: null, unseen: 0 });
let tail = fresh("");
let draw = () => {};
let isDrawing = false;

/** @param {Row} row */
function add(row) {
	tail.rows = [row, ...tail.rows.slice(0, KEPT - 1)];
	tail.unseen += tail.paused ? 1 : 0;
	if (!isDrawing) {
		isDrawing = true;
		requestAnimationFrame(() => {
			isDrawing = false;
			draw();
		});
	}
}

/** Listens until the page is left or nobody looks at it; whoever looks again goes on where that was, if it is not too long ago. */
const listen = ({ query }, signal) => new Promise((_, failed) => {
	const { prefix = "", kinds = "" } = query;
	const of = `${prefix} ${kinds}`;
	if (tail.of !== of) {
		tail = fresh(of);
	}
	const mine = tail;
	const wanted = Object.entries({ prefix, kinds, after: mine.last }).filter(([, value]) => value);
	const source = new EventSource(`../api/v1/events?${new URLSearchParams(wanted)}`);
	signal.addEventListener("abort", () => source.close());
	source.onmessage = event => {
		mine.last = event.lastEventId;
		add({ ...JSON.parse(event.data), seq: event.lastEventId });
	};
	source.addEventListener("gap", event => add({ ...JSON.parse(event.data), seq: `gap ${Math.random()}`, at: new Date().toISOString() }));
	source.onerror = () => {
		if (source.readyState === EventSource.CLOSED) { // or it comes back by itself
			failed(new Problem(0, { detail: "the server tells no events" }));
		}
	};
});

function pause() {
	tail.paused = tail.paused ? null : tail.rows;
	tail.unseen = 0;
	draw();
}

function line(row) {
	return row.missed !== undefined ? html`<tr><td>${clock(Date.parse(row.at))}</td><td colspan="4" class="waits">${
			row.missed ? plural(row.missed, "event") : "Some events"} came too fast or too long ago, and are missing</td></tr>`
		: html`<tr><td>${clock(Date.parse(row.at))}</td><td>${row.kind.replace("_", " ")}</td>
			<td>${HOLDS.includes(row.kind) ? keyLink(row) : octets(row)}</td>
			<td class="wide figure">${row.fence || nothing}</td><td class="wide figure">${row.session ? sessionLink(row) : nothing}</td></tr>`;
}

export const view = {
	title: () => "Events",
	load: listen,
	template(context) {
		({ draw } = context);
		const shown = tail.paused ?? tail.rows;
		return html`<h1>Events</h1><p class="under">What happens while this page is open and looked at, the latest first.</p>
			${filters("Events", html`${prefix(context)}${choice(context, "kinds", "What", KINDS)}
				<div><span class="over">${tail.paused ? `${number(tail.unseen)} more` : "Goes on"}</span><button type="button" @click=${pause}
					aria-pressed=${tail.paused ? "true" : "false"}>Pause</button></div>`)}
			${context.trouble}${!shown.length ? hint("Nothing has happened since you came.", "Have something happen:") : table(unseen("Events"),
				[["At"], ["What"], ["Key"], ["Fence", "wide figure"], ["Session", "wide figure"]], repeat(shown, row => row.seq, line))}`;
	},
};
