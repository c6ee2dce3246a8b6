// @ts-check
// The fields above a table. What is in them goes into the address.
import { html } from "./lit/lit-html.js";
import { changed } from "./address.js";

const TYPING_MS = 300;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

function filter(event, context) {
	const field = /** @type {HTMLInputElement} */ (event.target);
	const typedAt = location.hash;
	const apply = () => {
		if (location.hash === typedAt) { // somebody who has gone on is not called back
			const address = changed(context.route, { [field.name]: field.value.trim(), after: "", page: "" });
			// What is typed is no step that Back should go through.
			event.type === "input" ? context.replace(address) : location.assign(address);
		}
	};
	clearTimeout(typing);
	event.type === "input" ? typing = setTimeout(apply, TYPING_MS) : apply();
}

export const filters = (label, fields) => html`<form class="filters" role="search" aria-label=${label}
	@submit=${e => e.preventDefault()}>${fields}</form>`;

export const search = (context, name, label, style = "") => html`<label class=${style}><span>${label}</span><input id=${name} name=${name}
	type="search" autocomplete="off" spellcheck="false" .value=${context.route.query[name] ?? ""} @input=${e => filter(e, context)}></label>`;

export const prefix = (context, label = "Key begins with") => search(context, "prefix", label, "grow");

export const whole = (context, name, label) => html`<label><span>${label}</span><input type="number" min="0" name=${name}
	.value=${context.route.query[name] ?? ""} @input=${e => filter(e, context)}></label>`;

export function choice(context, name, label, options) {
	const chosen = context.route.query[name] ?? "";
	return html`<label><span>${label}</span><select name=${name} .value=${chosen} @change=${e => filter(e, context)}>
		${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}</select></label>`;
}
