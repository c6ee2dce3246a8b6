// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { confirmEndConnection } from "./dialogs.js";
import { duration, hint, number, sessionLink, size, table, unseen, who } from "./format.js";
import { page, pager } from "./pager.js";

function notes(row) {
	const texts = [row.tls ? "TLS" : "no TLS", row.waits ? "waits" : "", row.admin ? "administrator" : ""].filter(Boolean).join(", ");
	return html`${row.slow ? html`<strong class="waits">reads slowly</strong>${texts ? ", " : ""}` : nothing}${texts}`;
}

function line(context, row) {
	const end = () => html`<button type="button" class="danger" @click=${() => confirmEndConnection(context, row)}>End…</button>`;
	return html`<tr><td>${who(row)}<div class="narrow faint">connection ${row.connection} ${notes(row)}</div></td>
		<td class="wide figure">${row.connection}</td><td class="figure">${sessionLink(row)}</td>
		<td class="figure">${duration(row.age_s + context.passed)}</td>
		<td class="wide2 figure">${size(row.bytes_in)}</td><td class="wide2 figure">${size(row.bytes_out)}</td><td class="wide figure">${number(row.tagged + row.under_way)}</td>
		<td class="wide">${notes(row)}</td><td class="action">${context.may("sessions") ? end() : nothing}</td></tr>`;
}

export const view = {
	title: () => "Connections",
	load: page("connections"),
	template(context) {
		const { data } = context;
		return html`<h1>Connections</h1>${context.trouble}
			${!data ? nothing : !data.items.length ? hint("Nobody is connected.", "Whoever uses the server appears here:") : html`
			${table(unseen("Connections"), [["Client"], ["Connection", "wide figure"], ["Session", "figure"], ["Open for", "figure"], ["In", "wide2 figure"],
				["Out", "wide2 figure"], ["In flight", "wide figure"], ["State", "wide"], ["", "", "End it"]],
				repeat(data.items, one => one.connection, one => line(context, one)))}
			${context.mayNot("sessions", "Ending a connection")}${pager(context)}`}`;
	},
};
