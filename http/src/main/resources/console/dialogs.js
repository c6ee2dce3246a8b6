// @ts-check
import { html, nothing, render } from "./lit/lit-html.js";
import { download, post, put, remove } from "./api.js";
import { reference, shown } from "./bytes.js";
import { duration, facts, number, octets, plural, size, trouble, who } from "./format.js";

const LONGEST_REASON = 500;
const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#dialog"));
const close = () => dialog.close();

/**
 * Asks before something is ended, and tells what came of it.
 * @param {any} context
 * @param {{title: string, facts?: [string, any][], warning: string, typed?: string, what?: string, button: string,
 *   more?: any, act: (reason: string, fields: FormData) => Promise<any>, done: any, reasonless?: boolean, mild?: boolean}} question
 */
function ask(context, question) {
	let state = "asking";
	/** @type {any} */
	let problem = null;
	/** @type {any} */
	let said;

	/** @param {SubmitEvent} event */
	async function submit(event) {
		event.preventDefault();
		const form = /** @type {HTMLFormElement} */ (event.target);
		const fields = new FormData(form);
		state = "busy";
		draw();
		try {
			said = await question.act(String(fields.get("reason")).trim(), fields);
			state = "done";
		} catch (failure) {
			problem = failure;
			state = "failed";
		}
		draw();
		/** @type {HTMLElement | null} */ (dialog.querySelector("#dialog-close"))?.focus();
		context.refresh();
	}

	function check(event) {
		const form = /** @type {HTMLFormElement} */ (/** @type {Element} */ (event.target).closest("form"));
		const typed = form.elements.namedItem("typed");
		if (typed instanceof HTMLInputElement) {
			typed.setCustomValidity(typed.value === question.typed ? "" : "This is not what is shown above.");
		}
		const reason = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("reason"));
		reason?.setCustomValidity(reason.value.trim() ? "" : "A reason is needed: it goes into the audit log.");
		/** @type {HTMLButtonElement} */ (form.querySelector(".buttons :last-child")).disabled = !form.checkValidity();
	}

	const answer = () => state === "done"
		? html`<div class="notice good" role="status"><p><strong>Done.</strong> ${typeof question.done === "function" ? question.done(said) : question.done}</p></div>`
		: html`<div class="notice bad" role="alert"><p><strong>${problem.code === "not_current" ? "Not done: it has changed meanwhile." : "Not done."}</strong>
				${problem.message}</p></div>`;

	const form = () => html`<p>${question.warning}</p><form @submit=${submit} @input=${check}>
		${question.typed === undefined ? nothing : html`<label><span>Type ${question.what ?? "the key"} to confirm</span><input name="typed" required autocomplete="off"
			autocapitalize="off" spellcheck="false" autofocus></label>`}
		${question.more ?? nothing}${question.reasonless ? nothing : html`<label><span>Reason, for the audit log</span><input name="reason" required
			maxlength=${LONGEST_REASON} autocomplete="off"></label>`}
		<div class="buttons"><button type="button" @click=${close}>Cancel</button>
			<button class=${question.mild ? "main" : "danger"} ?disabled=${!question.reasonless}>${state === "busy" ? "Asking…" : question.button}</button></div></form>`;

	function draw() {
		const isOver = state === "done" || state === "failed";
		render(html`<h2 id="dialog-title">${question.title}</h2>
			${facts(question.facts ?? [], "")}
			${isOver ? html`${answer()}<div class="buttons"><button type="button" id="dialog-close" @click=${close}>Close</button></div>` : form()}`, dialog);
		if (state === "busy") {
			dialog.querySelectorAll("button, input").forEach(one => one.toggleAttribute("disabled", true));
		}
	}

	render(nothing, dialog); // what was typed the last time is gone
	draw();
	dialog.showModal();
}

/** Shows what it loads. @param {() => Promise<any>} load */
export function show(title, load) {
	const draw = body => render(html`<h2 id="dialog-title">${title}</h2><div class="contents">${body}</div>
		<div class="buttons"><button type="button" @click=${close}>Close</button></div>`, dialog);
	render(nothing, dialog);
	draw("Asking…");
	dialog.showModal();
	load().catch(trouble).then(draw);
}

export function confirmRelease(context, lock, holder) {
	const [next] = lock.waiters;
	ask(context, {
		title: "Release this hold?",
		facts: [
			["Key", octets(lock)],
			["Held by", who(holder)],
			["For", duration(holder.held_s + context.passed)],
			["Fence", String(holder.fence)],
			["Next", next ? html`${who(next)} <span class="faint">${lock.waiter_count > 1 ? `and ${plural(lock.waiter_count - 1, "other waits", "others wait")}` : ""}</span>`
				: "nobody waits"],
		],
		warning: "Whoever holds it is told, if it can hear, but not stopped: what it is doing goes on beside the next holder.",
		typed: shown(lock),
		button: "Release",
		act: reason => post(`locks/${reference(lock)}/release`, { fence: holder.fence, reason }),
		done: next ? "The hold has ended and the next in the queue has the key." : "The hold has ended.",
	});
}

export function confirmEndSession(context, session) {
	ask(context, {
		title: `End session ${session.session}?`,
		facts: [["Client", who(session)], ["Holds", number(session.holds)], ["Waits for", number(session.waiters)]],
		typed: String(session.session),
		what: "the session's number",
		warning: "All that it holds is given to whoever is next. Its client is told, but not stopped.",
		button: "End session",
		act: reason => remove(`sessions/${session.session}`, reason),
		done: "The session has ended.",
	});
}

export function confirmEndConnection(context, connection) {
	const keeps = connection.session !== connection.connection;
	ask(context, {
		title: `End connection ${connection.connection}?`,
		facts: [["Peer", connection.peer], ["Session", String(connection.session)]],
		warning: keeps ? "Its session outlives it: the client may come back and still have what it holds."
			: "What was acquired over it is given to whoever is next.",
		button: "End connection",
		act: reason => remove(`connections/${connection.connection}`, reason),
		done: "The connection has ended.",
	});
}

/** @param {any} context @param {any} status of the server */
export function confirmDrain(context, status) {
	const { drain } = status;
	const isMember = status.node !== undefined;
	ask(context, {
		title: drain ? "Take all again?" : "Drain this server?",
		facts: drain ? [["Drained for", duration(drain.for_s + context.passed)], ["Reason", drain.reason], ["Left", left(drain)]]
			: [["Held now", String(status.totals.holds)], ["Waiting now", String(status.totals.waiters)], ["Connections", String(status.connections.open)]],
		warning: drain ? "New clients, holds and sessions are taken from then on."
			: isMember ? "It hands the lead on, if it leads, and lets no new clients in. Those who are here turn to other members or stay."
				: "It takes no new holds and sessions. What is held can be renewed and released, and who waits goes on to wait.",
		button: drain ? "Take all again" : "Drain",
		act: reason => drain ? remove("drain", reason) : post("drain", { reason }),
		done: drain ? "The server takes all again." : "The server takes nothing new. It stays so until this is undone, or until a restart.",
	});
}

export const confirmReload = context => ask(context, {
	title: "Read files again?",
	warning: "Identities and certificates are read again, and the audit log is opened anew. Where a file is at fault all stays as it is.",
	button: "Read again",
	mild: true,
	act: reason => post("reload", { reason }),
	done: answer => answer.changed ? "What changed is in force." : "Nothing has changed.",
});

export const confirmSnapshot = context => ask(context, {
	title: "Download the state?",
	warning: "The copy holds tokens of whoever holds something now: keep it where nobody else can read it.",
	button: "Download",
	mild: true,
	act: reason => download("snapshot", { reason }),
	done: file => `The browser has it: ${size(file.size)}.`,
});

export const changeLogLevel = context => ask(context, {
	title: "Log more or less for a while?",
	warning: "Afterwards it is as before by itself.",
	more: html`<label><span>Part of the server</span><input name="logger" value="io.dflockd" required autocomplete="off" spellcheck="false"></label>
		<label><span>Level</span><select name="level">${["debug", "trace", "info", "warn", "error", "off"].map(one => html`<option>${one}</option>`)}</select></label>
		<label><span>Minutes</span><input name="minutes" type="number" min="1" max="1440" value="10" required></label>`,
	reasonless: true,
	button: "Change",
	mild: true,
	act: (_, fields) => put("log-level", { logger: fields.get("logger"), level: fields.get("level"), for_s: 60 * Number(fields.get("minutes")) }),
	done: "It logs so from now on.",
});

export const left = drain => `${plural(drain.holds, "hold", "holds")}, ${plural(drain.waiters, "waiter", "waiters")}, ${
	plural(drain.connections, "connection", "connections")}`;
