// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { post } from "./api.js";

let problem = "";
let isBusy = false;

/** @param {SubmitEvent} event */
async function submit(event, context) {
	event.preventDefault();
	const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("token"));
	const token = field.value;
	field.value = "";
	problem = "";
	isBusy = true;
	context.draw();
	try {
		await post("login", { token });
		context.loggedIn();
	} catch (failure) {
		problem = /** @type {Error} */ (failure).message;
	}
	isBusy = false;
	context.draw();
}

export function loginForm(context) {
	return html`<h1>Log in</h1><p class="under">The token is sent once. What keeps you logged in, for 12 hours at most, is a cookie that no script can read.</p>
		<form class="login" @submit=${e => submit(e, context)}>
			<label><span>Token</span><input name="token" type="password" required autocomplete="off" spellcheck="false"
				aria-describedby="login-problem"></label>
			<div id="login-problem" role="alert">${problem ? html`<p class="notice bad">${problem}</p>` : nothing}</div>
			<div class="buttons"><button class="main" ?disabled=${isBusy}>${isBusy ? "Asking…" : "Log in"}</button></div></form>`;
}
