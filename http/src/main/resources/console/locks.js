// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { changed, link } from "./address.js";
import { choice, filters, prefix, search, whole } from "./filters.js";
import { duration, hint, keyLink, kind, lasting, leaseLeft, number, plural, table, who } from "./format.js";
import { page, pager } from "./pager.js";
import { reference } from "./bytes.js";

const FILTERS = ["prefix", "holder", "principal", "kind", "state", "min_age", "min_waiters"];
const ORDERS = /** @type {const} */ ([
	["", "By key"], ["age", "Longest held"], ["wait", "Longest wait"], ["waiters", "Most waiters"], ["heat", "Hottest"], ["lease", "Lease ends first"],
]);
const KINDS = [["", "All kinds"], ["lock", "Locks"], ["semaphore", "Semaphores"], ["read_write", "Read-write locks"], ["election", "Elections"]];
const STATES = [["", "In use"], ["held", "Held"], ["contended", "Waited for"], ["idle", "Idle"]];

const fields = context => html`${filters("Locks", html`${prefix(context)}${search(context, "holder", "Held by (begins with)")}${
		search(context, "principal", "Identity")}${choice(context, "kind", "Kind", KINDS)}${choice(context, "state", "State", STATES)}${
		whole(context, "min_age", "Held for at least, s")}${whole(context, "min_waiters", "Waiters, at least")}`)}
	<nav class="orders" aria-label="Order">${ORDERS.map(([sort, text]) => html`<a
		href=${changed(context.route, { sort, after: "", page: "" })} aria-current=${(context.route.query.sort ?? "") === sort ? "true" : "false"}>${text}</a>`)}</nav>`;

function heading(context, sort, text, style) {
	const isOrder = (context.route.query.sort ?? "") === sort;
	const order = sort === "" || sort === "lease" ? "ascending" : "descending";
	return html`<th scope="col" class=${style} aria-sort=${isOrder ? order : nothing}><a
		href=${changed(context.route, { sort, after: "", page: "" })}>${text}</a></th>`;
}

/** @param {number} passed seconds since the server said so */
function line(row, passed, withHeat) {
	const { holder } = row;
	const others = row.holders > 1 ? html` <span class="faint">and ${plural(row.holders - 1, "other")}</span>` : nothing;
	const held = holder ? html`${who(holder)}${others}` : html`<span class="faint">nobody</span>`;
	return html`<tr>
		<td>${keyLink(row)}<div class="narrow">${held}</div></td>
		<td class="wide2">${kind(row)}</td>
		<td class="wide">${held}</td>
		<td class="wide2 figure">${holder ? holder.fence : nothing}</td>
		<td class="figure">${holder ? duration(holder.held_s + passed) : nothing}</td>
		<td class="wide figure">${holder ? duration(holder.lease_left_s - passed) : nothing}</td>
		<td class="figure">${row.waiters ? html`<strong class="waits">${number(row.waiters)}</strong>` : html`<span class="faint">0</span>`}</td>
		<td class="wide figure">${row.waiters ? duration(row.longest_wait_s + passed) : nothing}</td>
		${withHeat ? html`<td class="figure">${row.heat}</td>` : nothing}
	</tr>`;
}

function empty(context) {
	const isFiltered = FILTERS.some(name => context.route.query[name]);
	return isFiltered
		? html`<div class="notice"><p><strong>Nothing matches.</strong> No key passes these filters.</p>
				<p><a href=${link("locks")}>Show all</a></p></div>`
		: hint("Nobody holds a lock.", "Try one:");
}

export const view = {
	title: () => "Locks",
	load: page("locks", ...FILTERS, "sort"),
	template(context) {
		const { data, passed, route } = context;
		const withHeat = route.query.sort === "heat";
		return html`<h1>Locks</h1>${fields(context)}${context.trouble}
			${!data ? nothing : !data.items.length ? empty(context) : html`
			${table(`${plural(data.total, "key")}${route.query.sort && data.total > data.items.length ? `, the first ${data.items.length}` : ""}`,
				[heading(context, "", "Key", ""), ["Kind", "wide2"], ["Holder", "wide"], ["Fence", "wide2 figure"], heading(context, "age", "Held for", "figure"),
					heading(context, "lease", "Lease left", "wide figure"), heading(context, "waiters", "Waiters", "figure"),
					heading(context, "wait", "Oldest wait", "wide figure"), withHeat ? heading(context, "heat", "Heat", "figure") : nothing],
				repeat(data.items, row => reference(row), row => line(row, passed, withHeat)))}
			${pager(context)}`}`;
	},
};

/** Who leads, and who stands ready to. */
export const elections = {
	title: () => "Elections",
	load: ({ query }, signal) => page("locks", "prefix", "kind")({ query: { ...query, kind: "election" } }, signal),
	template(context) {
		const { data, passed } = context;
		return html`<h1>Elections</h1>${filters("Elections", prefix(context))}${context.trouble}
			${!data ? nothing : !data.items.length ? hint("Nobody leads or stands for election.", "Have somebody:", "dflock elect jobs/leader -- sleep 60") : html`
			${table(plural(data.total, "election"), [["Election"], ["Leader", "wide"], ["Leads for", "figure"], ["Lease left", "wide figure"],
				["Candidates", "figure"], ["Longest candidacy", "wide figure"]], repeat(data.items, row => reference(row), ({ holder, ...row }) => {
				const leader = holder ? who(holder) : html`<span class="faint">nobody</span>`;
				return html`<tr><td>${keyLink(row)}<div class="narrow">${leader}</div></td><td class="wide">${leader}</td>
					<td class="figure">${holder ? lasting(holder.since, holder.held_s + passed) : nothing}</td>
					<td class="wide figure">${holder ? leaseLeft(holder, passed) : nothing}</td><td class="figure">${number(row.waiters)}</td>
					<td class="wide figure">${row.waiters ? duration(row.longest_wait_s + passed) : nothing}</td></tr>`;
			}))}${pager(context)}`}`;
	},
};
