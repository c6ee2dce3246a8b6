// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { changed, link } from "./address.js";
import { get } from "./api.js";
import { duration, keyLink, kind, number, plural, th, who } from "./format.js";
import { pager } from "./pager.js";
import { reference } from "./bytes.js";

const FILTERS = ["prefix", "holder", "principal", "kind", "state", "min_age", "min_waiters"];
const ORDERS = /** @type {const} */ ([
  ["", "By key"], ["age", "Longest held"], ["wait", "Longest wait"], ["waiters", "Most waiters"], ["heat", "Hottest"], ["lease", "Lease ends first"],
]);
const KINDS = [["", "All kinds"], ["lock", "Locks"], ["semaphore", "Semaphores"], ["read_write", "Read-write locks"], ["election", "Elections"]];
const STATES = [["", "In use"], ["held", "Held"], ["contended", "Waited for"], ["idle", "Idle"]];
const LIMIT = "50";
const TYPING_MS = 300;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

/** @param {Event} event */
function filter(event, context) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  clearTimeout(typing);
  const typedAt = location.hash;
  const apply = () => {
    if (location.hash !== typedAt) {
      return; // somebody who has gone on is not called back
    }
    const address = changed(context.route, { [field.name]: field.value.trim(), after: "", page: "" });
    // What is typed is no step that Back should go through.
    event.type === "input" ? context.replace(address) : location.assign(address);
  };
  if (event.type === "input") {
    typing = setTimeout(apply, TYPING_MS);
  } else {
    apply();
  }
}

function choice(context, name, label, options) {
  const chosen = context.route.query[name] ?? "";
  return html`<label><span>${label}</span><select name=${name} .value=${chosen} @change=${(/** @type {Event} */ e) => filter(e, context)}>
    ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}</select></label>`;
}

function whole(context, name, label) {
  return html`<label><span>${label}</span><input type="number" min="0" name=${name} .value=${context.route.query[name] ?? ""}
    @input=${(/** @type {Event} */ e) => filter(e, context)}></label>`;
}

function filters(context) {
  const { query } = context.route;
  return html`<form class="filters" role="search" aria-label="Locks" @submit=${(/** @type {Event} */ e) => e.preventDefault()}>
    <label class="grow"><span>Key begins with</span><input id="prefix" name="prefix" type="search" autocomplete="off" spellcheck="false"
      .value=${query.prefix ?? ""} @input=${(/** @type {Event} */ e) => filter(e, context)}></label>
    <label><span>Held by (begins with)</span><input name="holder" type="search" autocomplete="off" spellcheck="false"
      .value=${query.holder ?? ""} @input=${(/** @type {Event} */ e) => filter(e, context)}></label>
    <label><span>Identity</span><input name="principal" type="search" autocomplete="off" spellcheck="false"
      .value=${query.principal ?? ""} @input=${(/** @type {Event} */ e) => filter(e, context)}></label>
    ${choice(context, "kind", "Kind", KINDS)}${choice(context, "state", "State", STATES)}
    ${whole(context, "min_age", "Held for at least, s")}${whole(context, "min_waiters", "Waiters, at least")}
  </form>
  <nav class="orders" aria-label="Order">${ORDERS.map(([sort, text]) => html`<a
    href=${changed(context.route, { sort, after: "", page: "" })} aria-current=${(query.sort ?? "") === sort ? "true" : "false"}>${text}</a>`)}</nav>`;
}

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
    : html`<div class="notice"><p><strong>Nobody holds a lock.</strong> Try one:</p><pre>dflock run jobs/nightly -- sleep 60</pre></div>`;
}

export const view = {
  title: () => "Locks",
  load({ query }, signal) {
    const wanted = Object.fromEntries([...FILTERS, "sort", "after"].filter(name => query[name]).map(name => [name, query[name]]));
    return get("locks", { ...wanted, limit: LIMIT }, signal);
  },
  template(context) {
    const { data, passed, route } = context;
    const withHeat = route.query.sort === "heat";
    return html`<h1>Locks</h1>${filters(context)}${context.trouble}
      ${!data ? nothing : !data.items.length ? empty(context) : html`
      <table><caption>${plural(data.total, "key")}${route.query.sort && data.total > data.items.length ? `, the first ${data.items.length}` : ""}</caption>
        <thead><tr>${heading(context, "", "Key", "")}${th("Kind", "wide2")}${th("Holder", "wide")}
          ${th("Fence", "wide2 figure")}${heading(context, "age", "Held for", "figure")}
          ${heading(context, "lease", "Lease left", "wide figure")}${heading(context, "waiters", "Waiters", "figure")}
          ${heading(context, "wait", "Oldest wait", "wide figure")}
          ${withHeat ? heading(context, "heat", "Heat", "figure") : nothing}</tr></thead>
        <tbody>${repeat(data.items, row => reference(row), row => line(row, passed, withHeat))}</tbody></table>
      ${pager(context)}`}`;
  },
};
