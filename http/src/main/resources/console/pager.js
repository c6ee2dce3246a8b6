// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { changed } from "./address.js";

/** To the next part of a list and back to the first; to the former one goes the browser's Back. */
export function pager({ route, data }) {
  const page = Number(route.query.page) || 1;
  return page === 1 && !data.next ? nothing : html`<nav class="pager" aria-label="Pages">
    ${page > 1 ? html`<a href=${changed(route, { after: "", page: "" })}>First page</a>` : nothing}
    <span>Page ${page}</span>
    ${data.next ? html`<a rel="next" href=${changed(route, { after: data.next, page: page + 1 })}>Next page</a>`
      : html`<span class="faint">the last</span>`}</nav>`;
}
