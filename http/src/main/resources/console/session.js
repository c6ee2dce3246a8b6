// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { reference } from "./bytes.js";
import { get } from "./api.js";
import { confirmEndSession } from "./dialogs.js";
import { keyLink, lasting, leaseLeft, number, plural, th, who } from "./format.js";
import { presence } from "./sessions.js";

export const view = {
  title: route => `Session ${route.query.id ?? ""}`,
  parent: "sessions",
  load: ({ query }, signal) => get(`sessions/${encodeURIComponent(query.id ?? "")}`, {}, signal),
  template(context) {
    const { data, passed, route } = context;
    return html`<h1>Session ${route.query.id}</h1>${context.trouble}
      ${!data ? nothing : html`<dl class="facts wide-facts">
        <div><dt>Client</dt><dd>${who(data)}</dd></div><div><dt>State</dt><dd>${presence(data, passed)}</dd></div>
        <div><dt>Connection</dt><dd>${data.connection || "none"}</dd></div>
        <div><dt>Outlives its connection</dt><dd>${data.outlives_connection ? "yes" : "no"}</dd></div>
        <div><dt>Waits for</dt><dd>${plural(data.waiters, "lock")}, ${plural(data.list_waiters, "list")}, ${plural(data.barrier_waiters, "barrier")}</dd></div>
        <div><dt>Subscriptions</dt><dd>${number(data.subscriptions)}</dd></div></dl>
      ${context.may("sessions") ? html`<p><button type="button" class="danger" @click=${() => confirmEndSession(context, data)}>End…</button></p>`
        : context.mayNot("sessions", "Ending a session")}
      ${!data.held.length ? html`<div class="notice"><p><strong>It holds nothing.</strong></p></div>` : html`
      <table><caption>${plural(data.holds, "hold")}${data.held.length < data.holds ? `, the oldest ${data.held.length}` : ""}</caption>
        <thead><tr>${th("Key")}${th("Mode", "wide")}${th("Fence", "wide figure")}
          ${th("Held for", "figure")}${th("Lease left", "figure")}</tr></thead>
        <tbody>${repeat(data.held, one => `${reference(one)} ${one.fence}`, one => html`<tr><td>${keyLink(one)}</td>
          <td class="wide">${one.mode}</td><td class="wide figure">${one.fence}</td><td class="figure">${lasting(one.since, one.held_s + passed)}</td>
          <td class="figure">${leaseLeft(one, passed)}</td></tr>`)}</tbody></table>`}`}`;
  },
};
