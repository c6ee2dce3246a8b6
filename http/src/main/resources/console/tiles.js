// @ts-check
import { html, nothing, svg } from "./lit/lit-html.js";
import { bytes, duration, number } from "./format.js";

const SAMPLES = 150;
const WIDTH = 120;
const HEIGHT = 28;

/** What the status said in the last minutes, as long as this page has been open. @type {{holds: number, waiters: number, grants: number}[]} */
const history = [];
/** @type {{at: number, grants: number} | undefined} */
let last;

export function remember(status) {
	const now = { at: status.uptime_s, grants: status.grants };
	const passed = last ? now.at - last.at : 0;
	const rate = last && passed > 0 ? Math.max(0, now.grants - last.grants) / passed : 0; // below 0 it is another process
	last = now;
	history.push({ holds: status.totals.holds, waiters: status.totals.waiters, grants: rate });
	if (history.length > SAMPLES) {
		history.shift();
	}
}

/** @param {"holds" | "waiters" | "grants"} name */
function spark(name) {
	const values = history.map(one => one[name]);
	const most = Math.max(1, ...values);
	const points = values.map((value, i) =>
		`${(WIDTH - (values.length - 1 - i) * WIDTH / SAMPLES).toFixed(1)},${(HEIGHT - 2 - value / most * (HEIGHT - 4)).toFixed(1)}`);
	return values.length < 2 ? nothing : html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"
		aria-hidden="true">${svg`<polyline points=${points.join(" ")}></polyline>`}</svg>`;
}

/** @param {any} more @param {any} line */
const tile = (label, value, more = nothing, line = nothing) => html`<div class="tile"><dt>${label}</dt>
	<dd><span class="figure">${value}</span> <span class="faint">${more}</span>${line}</dd></div>`;

const limit = (status, name) => status.limits.find(one => one.name === name);

export function tiles(status) {
	const memory = limit(status, "max-memory");
	const connections = limit(status, "max-connections");
	return html`<dl class="tiles" aria-label="The server at a glance">
		${tile("Held", number(status.totals.holds), nothing, spark("holds"))}
		${tile("Waiting", number(status.totals.waiters), status.totals.waiters ? `longest ${duration(status.oldest_wait_s)}` : nothing, spark("waiters"))}
		${tile("Grants", `${number(Math.round(history.at(-1)?.grants ?? 0))}/s`, nothing, spark("grants"))}
		${tile("Connections", number(status.connections.open), connections?.most ? `of ${number(connections.most)}` : nothing)}
		${memory ? tile("State", bytes(memory.used), memory.most ? `of ${bytes(memory.most)}` : nothing) : nothing}
	</dl>`;
}
