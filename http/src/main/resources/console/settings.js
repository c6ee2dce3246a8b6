// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { changed } from "./address.js";
import { get } from "./api.js";
import { notice, number, table, unseen } from "./format.js";

const DAY_S = 86_400;
const FEW_DAYS = 30;
const CHANGES = { restart: "a restart", reload: "its file, read again", cluster_set: "dflock cluster set" };

function certificates(rows) {
	return !rows.length ? html`<p class="faint">The server shows none: it speaks no TLS.</p>` : table(unseen("Certificates"),
		[["Shown to"], ["Subject"], ["File", "wide"], ["Ends", "wide"], ["Days left", "figure"]], rows.map(one => {
		const days = Math.floor(one.left_s / DAY_S);
		return html`<tr><th scope="row">${one.listener}</th><td>${one.subject}</td><td class="wide">${one.file}</td>
			<td class="wide">${one.not_after.slice(0, 10)}</td><td class="figure">${days >= FEW_DAYS ? number(days)
				: html`<strong class="waits">${days < 0 ? "ended" : days}</strong>`}</td></tr>`;
	}));
}

const line = row => html`<tr><th scope="row" class="id">${row.name}<div class="faint wide">${row.meaning}</div></th>
	<td>${row.value || html`<span class="faint">empty</span>`}${row.in_force !== row.value ? html` <span class="faint">now</span> ${row.in_force}` : nothing}</td>
	<td class="wide">${row.source.replace("_", " ")}</td><td class="wide">${CHANGES[row.changes]}</td></tr>`;

export const view = {
	title: () => "Settings",
	everyMs: 30_000,
	load: (_route, signal) => get("settings", {}, signal),
	template({ data, route, trouble }) {
		const { all = "" } = route.query;
		const rows = data?.settings.filter(row => all || row.source !== "default");
		return html`<h1>Settings</h1>${trouble}${!data ? nothing : html`
			<nav class="orders" aria-label="Which">${[["", "Set here"], ["yes", "All"]].map(([value, text]) => html`<a href=${changed(route, { all: value })}
				aria-current=${value === all ? "true" : "false"}>${text}</a>`)}</nav>
			${rows.length ? table("Of this node, as they were at its start.", [["Name"], ["Value"], ["From", "wide"], ["Changed by", "wide"]],
				rows.map(line)) : notice("All is as it is by default.")}
			<h2>Certificates</h2>${certificates(data.certificates)}`}`;
	},
};
