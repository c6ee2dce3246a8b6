// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { get } from "./api.js";
import { confirmEndConnection } from "./dialogs.js";
import { duration, number, sessionLink, th } from "./format.js";
import { pager } from "./pager.js";

const LIMIT = "50";

function notes(row) {
  const texts = [row.waits ? "waits" : "", row.admin ? "administrator" : ""].filter(Boolean).join(", ");
  return html`${row.slow ? html`<strong class="waits">reads slowly</strong>${texts ? ", " : ""}` : nothing}${texts}`;
}

function line(context, row) {
  const end = () => html`<button type="button" class="danger" @click=${() => confirmEndConnection(context, row)}>End…</button>`;
  return html`<tr><td>${row.peer}<div class="narrow faint">connection ${row.connection} ${notes(row)}</div></td>
    <td class="wide figure">${row.connection}</td><td class="figure">${sessionLink(row)}</td>
    <td class="figure">${duration(row.age_s + context.passed)}</td><td class="wide figure">${number(row.tagged + row.under_way)}</td>
    <td class="wide">${notes(row)}</td><td class="action">${context.may("sessions") ? end() : nothing}</td></tr>`;
}

export const view = {
  title: () => "Connections",
  load: ({ query }, signal) => get("connections", { limit: LIMIT, ...(query.after ? { after: query.after } : {}) }, signal),
  template(context) {
    const { data } = context;
    return html`<h1>Connections</h1>${context.trouble}
      ${!data ? nothing : !data.items.length ? html`<div class="notice"><p><strong>Nobody is connected.</strong>
        Whoever uses the server appears here:</p><pre>dflock run jobs/nightly -- sleep 60</pre></div>` : html`
      <table><caption class="unseen">Connections</caption><thead><tr>${th("Peer")}${th("Connection", "wide figure")}
        ${th("Session", "figure")}${th("Open for", "figure")}${th("In flight", "wide figure")}
        ${th("State", "wide")}${th("", "", "End it")}</tr></thead>
        <tbody>${repeat(data.items, one => one.connection, one => line(context, one))}</tbody></table>
      ${context.mayNot("sessions", "Ending a connection")}${pager(context)}`}`;
  },
};
