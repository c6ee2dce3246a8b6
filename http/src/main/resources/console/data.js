// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { link } from "./address.js";
import { get } from "./api.js";
import { show } from "./dialogs.js";
import { filters, prefix } from "./filters.js";
import { duration, notice, number, octets, plural, size, table } from "./format.js";
import { reference } from "./bytes.js";
import { page, pager } from "./pager.js";

/** What there is, and what is shown of it: the field, its heading, and how it is written. */
const KINDS = /** @type {const} */ ({
	values: ["Values", [["bytes", "Size", size], ["ttl_left_s", "Time left", left], ["unused_s", "Unused for", since]]],
	counters: ["Counters", [["unused_s", "Unused for", since]]],
	lists: ["Lists", [["values", "Values", count], ["bytes", "Size", size], ["waiters", "Waiters", waiting], ["unused_s", "Unused for", since]]],
	barriers: ["Barriers", [["present", "Present", count], ["wanted", "Wanted", count]]],
	channels: ["Channels", [["listeners", "Listeners", count], ["groups", "Groups", count], ["members", "Members", count]]],
});

function count(value) {
	return number(value ?? 0);
}

function waiting(value) {
	return value ? html`<strong class="waits">${number(value)}</strong>` : html`<span class="faint">0</span>`;
}

function left(value, passed) {
	return value === undefined ? html`<span class="faint">no end</span>` : duration(Math.max(0, value - passed));
}

function since(value, passed) {
	return value === undefined ? nothing : duration(value + passed);
}

const kindOf = query => (Object.hasOwn(KINDS, query.what ?? "") ? query.what : "values");

/** What of it is read at once. */
const FIRST = 100;
const READABLE = ["values", "counters", "lists"];

/** Whoever may read it sees it, once he asks for it. */
const contents = (what, row) => show(octets(row), async () => {
	const { value, value_b64, values } = await get(`${what}/${reference(row)}`, what === "lists" ? { start: "0", stop: String(FIRST - 1) } : {});
	return !values ? octets({ key: String(value ?? ""), key_b64: value_b64 }) : html`<ol>${values.map(one => html`<li>${octets({ key: one })}</li>`)}</ol>${
		row.values > values.length ? html`<p class="faint">The first ${values.length}.</p>` : nothing}`;
});

function rows(context, what) {
	const { data, passed } = context;
	const [, columns] = KINDS[what];
	const name = what === "channels" ? "pattern" : "key";
	return table(plural(data.total, what.slice(0, -1)),
		[[what === "channels" ? "Channel" : "Key"], ...columns.map(([, text], i) => [text, i ? "wide figure" : "figure"]), READABLE.includes(what) ? ["", "", "What is in it"] : nothing],
		repeat(data.items, row => reference(row, name), row => html`<tr><td>${octets(row, name)}</td>
			${columns.map(([field, , shown], i) => html`<td class=${i ? "wide figure" : "figure"}>${shown(row[field], passed)}</td>`)}
			${READABLE.includes(what) ? html`<td class="action"><button type="button" @click=${() => contents(what, row)}>Show</button></td>` : nothing}</tr>`));
}

export const view = {
	title: () => "Data",
	load: (route, signal) => page(kindOf(route.query), "prefix")(route, signal),
	template(context) {
		const { data, route } = context;
		const what = kindOf(route.query);
		return html`<h1>Data</h1><p class="under">What there is and how large. What is in it is shown to whoever may read it.</p>
			${filters("Data", prefix(context, what === "channels" ? "Channel begins with" : undefined))}
			<nav class="orders" aria-label="Kind">${Object.entries(KINDS).map(([kind, [text]]) => html`<a href=${link("data", { what: kind })}
				aria-current=${kind === what ? "true" : "false"}>${text}</a>`)}</nav>${context.trouble}
			${!data ? nothing : !data.items.length ? notice(route.query.prefix ? "Nothing matches." : `There are no ${what}.`)
				: html`${rows(context, what)}${pager(context)}`}`;
	},
};
