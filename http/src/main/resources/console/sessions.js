// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { link } from "./address.js";
import { confirmEndSession } from "./dialogs.js";
import { duration, hint, number, table, unseen, who } from "./format.js";
import { page, pager } from "./pager.js";

/** Whether somebody speaks for it, and how long it stays if nobody does. */
export const presence = (row, passed) => row.state === "connected" ? "connected"
	: html`<strong class="waits">away</strong> <span class="faint">${duration(row.grace_left_s - passed)} left</span>`;

function line(context, row) {
	const { passed } = context;
	return html`<tr>
		<td class="figure id"><a class="key" href=${link("session", { id: row.session })}>${row.session}</a></td>
		<td>${who(row)}<div class="narrow">${presence(row, passed)}</div></td>
		<td class="wide">${presence(row, passed)}</td>
		<td class="figure">${number(row.holds)}</td>
		<td class="figure">${number(row.waiters + row.list_waiters + row.barrier_waiters)}</td>
		<td class="wide figure">${number(row.subscriptions)}</td>
		<td class="action wide">${context.may("sessions") ? html`<button type="button" class="danger"
			@click=${() => confirmEndSession(context, row)}>End…</button>` : nothing}</td></tr>`;
}

export const view = {
	title: () => "Sessions",
	load: page("sessions"),
	template(context) {
		const { data } = context;
		return html`<h1>Sessions</h1><p class="under">Who holds something, waits for something or may come back.</p>${context.trouble}
			${!data ? nothing : !data.items.length ? hint("No session has anything.", "Whoever acquires something appears here:") : html`
			${table(unseen("Sessions"), [["Session", "figure id"], ["Client"], ["State", "wide"], ["Holds", "figure"], ["Waits", "figure"],
				["Subscriptions", "wide figure"], ["", "wide", "End it"]], repeat(data.items, one => one.session, one => line(context, one)))}
			${context.mayNot("sessions", "Ending a session")}${pager(context)}`}`;
	},
};
