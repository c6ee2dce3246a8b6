// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { changed, link } from "./address.js";
import { get } from "./api.js";
import { bytes, duration, number, octets, plural, th } from "./format.js";
import { reference } from "./bytes.js";
import { pager } from "./pager.js";

const LIMIT = "50";
const TYPING_MS = 300;

/** What there is, and what is shown of it: the field, its heading, and how it is written. */
const KINDS = /** @type {const} */ ({
  values: ["Values", [["bytes", "Size", bytesOf], ["ttl_left_s", "Time left", left], ["unused_s", "Unused for", since]]],
  counters: ["Counters", [["unused_s", "Unused for", since]]],
  lists: ["Lists", [["values", "Values", count], ["bytes", "Size", bytesOf], ["waiters", "Waiters", waiting], ["unused_s", "Unused for", since]]],
  barriers: ["Barriers", [["present", "Present", count], ["wanted", "Wanted", count]]],
  channels: ["Channels", [["listeners", "Listeners", count], ["groups", "Groups", count], ["members", "Members", count]]],
});

function count(value) {
  return number(value ?? 0);
}

function bytesOf(value) {
  return value < 1024 ? plural(value, "byte") : bytes(value);
}

function waiting(value) {
  return value ? html`<strong class="waits">${number(value)}</strong>` : html`<span class="faint">0</span>`;
}

/** @param {number} passed */
function left(value, passed) {
  return value === undefined ? html`<span class="faint">no end</span>` : duration(Math.max(0, value - passed));
}

/** @param {number} passed */
function since(value, passed) {
  return value === undefined ? nothing : duration(value + passed);
}

const kindOf = query => (Object.hasOwn(KINDS, query.what ?? "") ? query.what : "values");

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

/** @param {Event} event */
function filter(event, context) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const typedAt = location.hash;
  clearTimeout(typing);
  typing = setTimeout(() => {
    if (location.hash === typedAt) {
      context.replace(changed(context.route, { prefix: field.value.trim(), after: "", page: "" }));
    }
  }, TYPING_MS);
}

function table(context, what) {
  const { data, passed } = context;
  const [title, columns] = KINDS[what];
  const name = what === "channels" ? "pattern" : "key";
  return html`<table><caption>${plural(data.total, what.slice(0, -1))}</caption>
    <thead><tr>${th(what === "channels" ? "Channel" : "Key")}${columns.map(([, text], i) => th(text, i ? "wide figure" : "figure"))}</tr></thead>
    <tbody aria-label=${title}>${repeat(data.items, row => reference(row, name), row => html`<tr><td>${octets(row, name)}</td>
      ${columns.map(([field, , shown], i) => html`<td class=${i ? "wide figure" : "figure"}>${shown(row[field], passed)}</td>`)}</tr>`)}</tbody></table>`;
}

export const view = {
  title: () => "Data",
  load({ query }, signal) {
    const wanted = Object.fromEntries(["prefix", "after"].filter(name => query[name]).map(name => [name, query[name]]));
    return get(kindOf(query), { ...wanted, limit: LIMIT }, signal);
  },
  template(context) {
    const { data, route } = context;
    const what = kindOf(route.query);
    return html`<h1>Data</h1><p class="under">What there is and how large. What is in it is for who may read it, not for who operates the server.</p>
      <form class="filters" role="search" aria-label="Data" @submit=${(/** @type {Event} */ e) => e.preventDefault()}>
        <label class="grow"><span>${what === "channels" ? "Channel" : "Key"} begins with</span><input id="prefix" name="prefix" type="search"
          autocomplete="off" spellcheck="false" .value=${route.query.prefix ?? ""} @input=${(/** @type {Event} */ e) => filter(e, context)}></label></form>
      <nav class="orders" aria-label="Kind">${Object.entries(KINDS).map(([kind, [text]]) => html`<a href=${link("data", { what: kind })}
        aria-current=${kind === what ? "true" : "false"}>${text}</a>`)}</nav>${context.trouble}
      ${!data ? nothing : !data.items.length ? html`<div class="notice"><p><strong>${route.query.prefix ? "Nothing matches." : `There are no ${what}.`}</strong></p></div>`
        : html`${table(context, what)}${pager(context)}`}`;
  },
};
