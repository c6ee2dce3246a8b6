// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { get } from "./api.js";
import { confirmDrain, left } from "./dialogs.js";
import { bytes, duration, number, th } from "./format.js";

const words = name => name.replace(/^max-/, "").replaceAll("_", " ");

const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function limitLine(limit) {
  const show = limit.name === "max-memory" ? bytes : number;
  return html`<tr><th scope="row">${words(limit.name)}</th><td class="figure">${show(limit.used)}</td>
    <td class="figure">${limit.most ? show(limit.most) : "no limit"}</td><td class="wide">${limit.most ? html`<meter
      min="0" max=${limit.most} high=${limit.most * 0.85} value=${limit.used}
      aria-label="${words(limit.name)} used">${Math.round(100 * limit.used / limit.most)} %</meter>` : nothing}</td></tr>`;
}

function cluster(data) {
  return !data.node ? nothing : html`<section aria-labelledby="cluster"><h2 id="cluster">Cluster</h2><dl class="facts wide-facts">
    ${fact("This node", `${data.node}, ${data.role}`)}${fact("Leader", data.leader || "none known")}${fact("Term", number(data.term))}
    ${data.applied === undefined ? nothing : fact("Applied", number(data.applied))}</dl>
    <table><caption class="unseen">Members</caption><thead><tr>${th("Node")}${th("Address")}</tr></thead>
    <tbody>${data.members.map(one => html`<tr><th scope="row">${one.name}</th><td>${one.address}</td></tr>`)}</tbody></table></section>`;
}

function self(context) {
  const { me } = context;
  return html`<section aria-labelledby="self"><h2 id="self">Who am I</h2><dl class="facts wide-facts">
    ${fact("Name", me.name === "anybody" ? "nobody: not logged in" : me.name)}
    ${fact("May", me.rights.map(one => one.name).join(", "))}</dl>
    ${context.mayNot("release", "Changing anything")}</section>`;
}

function upkeep(context) {
  const { data, passed } = context;
  const { drain, log } = data;
  const may = context.may("drain");
  return html`<section aria-labelledby="upkeep"><h2 id="upkeep">Upkeep</h2><dl class="facts wide-facts">
    ${fact("Draining", drain ? `for ${duration(drain.for_s + passed)}: ${drain.reason}` : data.draining ? "yes, it stops" : "no")}
    ${drain ? html`${fact("Left", left(drain))}${fact("Deadline", drain.deadline ?? "none")}` : nothing}
    ${fact("Log level", log.level || "not its own")}
    ${log.loggers.map(one => fact(one.logger, `${one.level} for ${duration(Math.max(0, one.left_s - passed))}`))}</dl>
    ${may && (drain || !data.draining) ? html`<p><button type="button" class=${drain ? "" : "danger"}
      @click=${() => confirmDrain(context, data)}>${drain ? "Undo…" : "Drain…"}</button></p>` : nothing}</section>`;
}

export const view = {
  title: () => "Server",
  load: async (_route, signal) => {
    const [status, log] = await Promise.all([get("status", {}, signal), get("log-level", {}, signal)]);
    return { ...status, log };
  },
  template(context) {
    const { data, passed } = context;
    return html`<h1>Server</h1>${context.trouble}${!data ? nothing : html`
      <dl class="facts wide-facts">${fact("Version", data.version)}${fact("Up for", duration(data.uptime_s + passed))}${fact("State", data.mode)}
        ${fact("Ready", data.ready ? "yes" : "no")}</dl>${upkeep(context)}
      ${context.me ? self(context) : nothing}${cluster(data)}
      <section aria-labelledby="limits"><h2 id="limits">Limits</h2><table><caption class="unseen">Limits</caption><thead><tr>${th("What")}
        ${th("Used", "figure")}${th("At most", "figure")}${th("", "wide", "Share")}</tr></thead>
        <tbody>${data.limits.map(limitLine)}</tbody></table></section>
      <section aria-labelledby="totals"><h2 id="totals">What there is</h2><dl class="facts wide-facts">
        ${Object.entries(data.totals).map(([name, value]) => fact(words(name), number(/** @type {number} */ (value))))}</dl></section>
      <section aria-labelledby="since"><h2 id="since">Connections since the start</h2><dl class="facts wide-facts">
        ${Object.entries(data.connections).map(([name, value]) => fact(words(name), number(/** @type {number} */ (value))))}</dl></section>`}`;
  },
};
