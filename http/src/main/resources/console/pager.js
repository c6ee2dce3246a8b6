// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { changed } from "./address.js";
import { get } from "./api.js";

const LIMIT = "50";

/** Loads a part of a list: that which the address names, with what of it is the list's. @param {string} path @param {string[]} names */
export const page = (path, ...names) => ({ query }, signal) =>
	get(path, { limit: LIMIT, ...Object.fromEntries(["after", ...names].filter(name => query[name]).map(name => [name, query[name]])) }, signal);

/** To the next part of a list and back to the first; to the former one goes the browser's Back. */
export function pager({ route, data }) {
	const at = Number(route.query.page) || 1;
	return at === 1 && !data.next ? nothing : html`<nav class="pager" aria-label="Pages">
		${at > 1 ? html`<a href=${changed(route, { after: "", page: "" })}>First page</a>` : nothing}
		<span>Page ${at}</span>
		${data.next ? html`<a rel="next" href=${changed(route, { after: data.next, page: at + 1 })}>Next page</a>`
			: html`<span class="faint">the last</span>`}</nav>`;
}
