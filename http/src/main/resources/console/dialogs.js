// @ts-check
import { html, nothing, render } from "./lit/lit-html.js";
import { post, remove } from "./api.js";
import { reference, shown } from "./bytes.js";
import { duration, octets, plural, who } from "./format.js";

const LONGEST_REASON = 500;

/**
 * Asks before something is ended, and tells what came of it.
 * @param {any} context
 * @param {{title: string, facts: [string, any][], warning: string, typed?: string, button: string,
 *   act: (reason: string) => Promise<any>, done: any}} question
 */
function ask(context, question) {
  const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#dialog"));
  let state = "asking";
  /** @type {any} */
  let problem = null;

  const close = () => dialog.close();

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const fields = new FormData(form);
    state = "busy";
    draw();
    try {
      await question.act(String(fields.get("reason")).trim());
      state = "done";
    } catch (failure) {
      problem = failure;
      state = "failed";
    }
    draw();
    /** @type {HTMLElement | null} */ (dialog.querySelector("#dialog-close"))?.focus();
    context.refresh();
  }

  /** @param {Event} event */
  function check(event) {
    const form = /** @type {HTMLFormElement} */ (/** @type {Element} */ (event.target).closest("form"));
    const typed = form.elements.namedItem("typed");
    if (typed instanceof HTMLInputElement) {
      typed.setCustomValidity(typed.value === question.typed ? "" : "This is not the key that is shown above.");
    }
    const reason = /** @type {HTMLInputElement} */ (form.elements.namedItem("reason"));
    reason.setCustomValidity(reason.value.trim() ? "" : "A reason is needed: it goes into the audit log.");
    /** @type {HTMLButtonElement} */ (form.querySelector("button.danger")).disabled = !form.checkValidity();
  }

  const answer = () => state === "done"
    ? html`<div class="notice good" role="status"><p><strong>Done.</strong> ${question.done}</p></div>`
    : html`<div class="notice bad" role="alert"><p><strong>${problem.status === 409 ? "Not done: it has changed meanwhile." : "Not done."}</strong>
        ${problem.message}</p></div>`;

  const form = () => html`<p>${question.warning}</p><form @submit=${submit} @input=${check}>
    ${question.typed === undefined ? nothing : html`<label><span>Type the key to confirm</span><input name="typed" required autocomplete="off"
      autocapitalize="off" spellcheck="false" autofocus></label>`}
    <label><span>Reason, for the audit log</span><input name="reason" required maxlength=${LONGEST_REASON} autocomplete="off"></label>
    <div class="buttons"><button type="button" @click=${close}>Cancel</button>
      <button class="danger" disabled>${state === "busy" ? "Asking…" : question.button}</button></div></form>`;

  function draw() {
    const isOver = state === "done" || state === "failed";
    render(html`<h2 id="dialog-title">${question.title}</h2>
      <dl class="facts">${question.facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      ${isOver ? html`${answer()}<div class="buttons"><button type="button" id="dialog-close" @click=${close}>Close</button></div>` : form()}`, dialog);
    if (state === "busy") {
      for (const one of dialog.querySelectorAll("button, input")) {
        one.toggleAttribute("disabled", true);
      }
    }
  }

  render(nothing, dialog); // what was typed the last time is gone
  draw();
  dialog.showModal();
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
    facts: [["Client", who(session)], ["Holds", String(session.holds)], ["Waits for", String(session.waiters)]],
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

export const left = drain => `${plural(drain.holds, "hold", "holds")}, ${plural(drain.waiters, "waiter", "waiters")}, ${
  plural(drain.connections, "connection", "connections")}`;
