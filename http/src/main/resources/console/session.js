// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { reference } from "./bytes.js";
import { get } from "./api.js";
import { confirmEndSession } from "./dialogs.js";
import { facts, keyLink, lasting, leaseLeft, notice, number, plural, table, who } from "./format.js";
import { presence } from "./sessions.js";

export const view = {
	title: route => `Session ${route.query.id ?? ""}`,
	parent: "sessions",
	load: ({ query }, signal) => get(`sessions/${encodeURIComponent(query.id ?? "")}`, {}, signal),
	template(context) {
		const { data, passed, route } = context;
		return html`<h1>Session ${route.query.id}</h1>${context.trouble}
			${!data ? nothing : html`${facts([["Client", who(data)], ["State", presence(data, passed)], ["Connection", data.connection || "none"],
				["Outlives its connection", data.outlives_connection ? "yes" : "no"],
				["Waits for", `${plural(data.waiters, "lock")}, ${plural(data.list_waiters, "list")}, ${plural(data.barrier_waiters, "barrier")}`],
				["Subscriptions", number(data.subscriptions)]])}
			${context.may("sessions") ? html`<p><button type="button" class="danger" @click=${() => confirmEndSession(context, data)}>End…</button></p>`
				: context.mayNot("sessions", "Ending a session")}
			${!data.held.length ? notice("It holds nothing.") : table(`${plural(data.holds, "hold")}${data.held.length < data.holds ? `, the oldest ${data.held.length}` : ""}`,
				[["Key"], ["Mode", "wide"], ["Fence", "wide figure"], ["Held for", "figure"], ["Lease left", "figure"]],
				repeat(data.held, one => `${reference(one)} ${one.fence}`, one => html`<tr><td>${keyLink(one)}</td>
					<td class="wide">${one.mode}</td><td class="wide figure">${one.fence}</td><td class="figure">${lasting(one.since, one.held_s + passed)}</td>
					<td class="figure">${leaseLeft(one, passed)}</td></tr>`))}`}`;
	},
};
