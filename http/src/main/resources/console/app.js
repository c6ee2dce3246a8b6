// @ts-check
import { html, nothing, render } from "./lit/lit-html.js";
import { link, parse } from "./address.js";
import { get, post } from "./api.js";
import { duration, plural, trouble } from "./format.js";
import { listen } from "./keyboard.js";
import { loginForm } from "./login.js";
import { Poll } from "./poll.js";
import { remember, tiles } from "./tiles.js";
import { view as connections } from "./connections.js";
import { view as data } from "./data.js";
import { view as events } from "./events.js";
import { view as lock } from "./lock.js";
import { elections, view as locks } from "./locks.js";
import { view as server } from "./server.js";
import { view as session } from "./session.js";
import { view as sessions } from "./sessions.js";
import { view as settings } from "./settings.js";

const STATUS_MS = 2000;
const ROWS_MS = 5000;
const TICK_MS = 1000;

/** @typedef {{title: (route: any) => string, load: (route: any, signal: AbortSignal) => Promise<any>, template: (context: any) => any,
 *   parent?: string, everyMs?: number}} View */
/** @type {Record<string, View>} */
const VIEWS = { locks, lock, elections, data, sessions, session, connections, events, server, settings };
const TABS = ["locks", "elections", "data", "sessions", "connections", "events", "server", "settings"];

const root = /** @type {HTMLElement} */ (document.querySelector("#app"));
const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#dialog"));
let route = parse(location.hash);
/** How often the address has changed here: whoever came by a link must not be sent back out of the console. */
let steps = 0;
/** Who looks, as the server sees it. @type {any} */
let me = null;
/** @type {Poll} */
let rows;
/** Whether the form to log in was there when last drawn: only when it comes it takes the focus, and only where nothing has it. */
let wasLogin = false;

const status = new Poll(STATUS_MS, async signal => {
	const data = await get("status", {}, signal);
	remember(data);
	return data;
}, draw);

const needsLogin = () => [status, rows].some(poll => poll.problem?.status === 401);

async function learnWhoIAm() {
	me = await get("whoami").catch(() => null);
	draw();
}

function loggedIn() {
	status.now();
	rows.now();
	learnWhoIAm();
	if (route.view === "login") {
		const { from = "" } = route.query; // whoever wrote the address may have written anything
		location.assign(from.startsWith("#/") ? from : link("locks"));
	}
}

const loginLink = () => link("login", { from: route.view === "login" ? route.query.from : location.hash });

async function logOut() {
	await post("logout", {}).catch(() => null);
	me = null;
	status.now();
	rows.now();
	learnWhoIAm();
}

/** What a view is about, where it can be about different things. */
const subject = ({ query }) => query.key ?? query.id ?? query.what;

/** Begins to ask for what the address names. What is shown stays until the answer, if it is of the same kind. */
function follow() {
	const former = rows?.data !== undefined && VIEWS[route.view] ? { view: route.view, id: subject(route), rows } : null;
	rows?.stop();
	route = parse(location.hash);
	const view = VIEWS[route.view];
	rows = new Poll(view?.everyMs ?? ROWS_MS, view ? signal => view.load(route, signal) : async () => ({}), draw);
	if (former && former.view === route.view && former.id === subject(route)) {
		rows.data = former.rows.data;
		rows.at = former.rows.at;
		rows.isBorrowed = true;
	} else {
		scrollTo(0, 0);
	}
	dialog.close();
	draw();
}

function replace(address) {
	history.replaceState(null, "", address);
	follow();
}

function context() {
	const isStale = rows.problem !== null || document.hidden;
	const may = right => Boolean(me?.rights.some(one => one.name === right));
	return {
		route, me, may, replace, draw, loggedIn,
		data: rows.data,
		at: rows.at,
		passed: isStale || !rows.at ? 0 : Math.max(0, (Date.now() - rows.at) / 1000),
		refresh: () => rows.now(),
		trouble: rows.problem && !rows.data ? trouble(rows.problem) : nothing,
		/** Says why there is no button. */
		mayNot: (right, what) => !me || may(right) ? nothing : html`<p class="faint">${what} needs the right “${right}”. ${
			me.can_log_in_to_change ? html`<a href=${loginLink()}>Log in</a> with a token that has it.`
				: html`The server was started without <code>--admin-token-file</code> or <code>--identities</code>: nobody has it.`}</p>`,
	};
}

/** How it is, in words and not by colour alone. */
function state() {
	const poll = rows.problem && rows.problem.status !== 404 || status.problem?.status === 403 ? rows : status;
	const { problem } = poll;
	if (problem && problem.status !== 401) {
		const age = poll.at ? `What you see is ${duration(Math.round((Date.now() - poll.at) / 1000))} old: ` : "";
		return html`<p class="state bad">${age}${problem.message}</p>`;
	}
	const { data } = status;
	return !data ? html`<p class="state">${rows.data ? "Answering" : "Asking…"}</p>` : data.draining ? html`<p class="state bad">Draining</p>`
		: data.ready ? html`<p class="state good">Ready</p>` : html`<p class="state bad">Not ready</p>`;
}

function draw() {
	if (!rows) {
		return;
	}
	const view = VIEWS[route.view];
	const here = context();
	const isLogin = route.view === "login" || needsLogin();
	const isStale = [status, rows].some(poll => poll.staleMs(Date.now()) > 0);
	const title = isLogin ? "Log in" : view?.title(route) ?? "Not there";
	document.title = `${title} · dflockd`;
	const body = isLogin ? loginForm(here) : view ? view.template(here)
		: html`<h1>Not there</h1><p>There is no such view. <a href=${link("locks")}>To the locks</a></p>`;
	render(html`<a class="skip" href="#main" @click=${skip}>To the content</a>
		<header><span class="name"><img src="icon.svg" alt="" width="20" height="20">dflockd</span>
			<nav aria-label="Views">${isLogin && !status.data ? nothing : TABS.map(tab => html`<a href=${link(tab)}
				aria-current=${!isLogin && (tab === route.view || tab === view?.parent) ? "page" : "false"}>${VIEWS[tab].title(route)}</a>`)}</nav>
			<div class="live" role="status">${state()}</div>
			<div class="who">${status.data?.node ? html`<span>${status.data.node}</span>` : nothing}${account()}</div></header>
		<main id="main" tabindex="-1" class=${isStale ? "stale" : ""} aria-busy=${rows.isBorrowed}>
			${status.data && !isLogin && TABS.includes(route.view) ? tiles(status.data) : nothing}${body}</main>
		<footer><p><kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> rows <kbd>Enter</kbd> open <kbd>Esc</kbd> back</p>
			<p>${status.data ? `dflockd ${status.data.version}, up for ${duration(status.data.uptime_s)}, ${plural(status.data.connections.open, "connection")}` : ""}</p></footer>`, root);
	if (isLogin && !wasLogin && document.activeElement === document.body) {
		/** @type {HTMLElement | null} */ (root.querySelector("input[name=token]"))?.focus();
	}
	wasLogin = isLogin;
}

function account() {
	return !me ? nothing : me.name !== "anybody" ? html`<span>${me.name}</span> ${me.logged_in ? html`<button type="button" @click=${logOut}>Log out</button>` : nothing}`
		: me.can_log_in && route.view !== "login" ? html`<a href=${loginLink()}>Log in</a>` : nothing;
}

/** The address behind the # is that of the view. @param {Event} event */
function skip(event) {
	event.preventDefault();
	document.getElementById("main")?.focus();
}

listen(() => {
	const parent = VIEWS[route.view]?.parent;
	if (parent || route.view === "login") {
		steps > 0 ? history.back() : location.assign(link(parent ?? "locks"));
	}
});
addEventListener("hashchange", () => {
	steps++;
	follow();
});
setInterval(() => document.hidden || draw(), TICK_MS);
follow();
learnWhoIAm();
