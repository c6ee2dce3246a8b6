// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { repeat } from "./lit/directives/repeat.js";
import { get } from "./api.js";
import { fromReference, reference, shown } from "./bytes.js";
import { confirmRelease } from "./dialogs.js";
import { clock, duration, kind, lasting, leaseLeft, number, octets, plural, sessionLink, table, th, who, whoText } from "./format.js";

const REMEMBERED = 50;

const GAP_MS = 10_000;

/** What happened to one key while this page showed it; of what happened while nobody looked it is not known when. */
let story = { key: "", at: 0, former: /** @type {any} */ (null), events: /** @type {{at: number, text: string}[]} */ ([]) };

function observe(key, now) {
	if (story.key !== key || Date.now() - story.at > GAP_MS) {
		story = { key, at: 0, former: null, events: [] };
	}
	story.at = Date.now();
	const { former } = story;
	if (former) {
		const missing = (from, of) => of.holders.filter(one => !from.holders.some(two => two.fence === one.fence));
		const texts = [
			...missing(now, former).map(one => `${whoText(one)} no longer holds it (fence ${one.fence})`),
			...missing(former, now).map(one => `${whoText(one)} holds it (fence ${one.fence})`),
		];
		if (now.waiter_count !== former.waiter_count) {
			texts.push(`${plural(now.waiter_count, "waiter")}, before ${number(former.waiter_count)}`);
		}
		story.events = [...texts.reverse().map(text => ({ at: story.at, text })), ...story.events].slice(0, REMEMBERED);
	}
	story.former = now;
}

/** A cell that says what the hold is good for, where there is more than one thing: shared or alone. */
const mode = (lock, row) => lock.kind !== "read_write" ? nothing
	: row ? html`<td class="wide">${row.mode}</td>` : th("Mode", "wide");

const isElection = lock => lock.kind === "election";

function holderLine(context, holder) {
	const { data, passed } = context;
	return html`<tr>
		<td>${who(holder)}<div class="narrow faint">fence ${holder.fence}, session ${sessionLink(holder)}, lease left ${leaseLeft(holder, passed)}</div></td>
		${mode(data, holder)}<td class="wide figure">${sessionLink(holder)}</td><td class="wide figure">${holder.fence}</td>
		<td class="figure">${lasting(holder.since, holder.held_s + passed)}</td>
		<td class="wide figure">${leaseLeft(holder, passed)}</td>
		<td class="action">${context.may("release") ? html`<button type="button" class="danger"
			@click=${() => confirmRelease(context, data, holder)}>Release…</button>` : nothing}</td></tr>`;
}

function holders(context) {
	const { data } = context;
	return html`${table(`${plural(data.holder_count, isElection(data) ? "leader" : "holder")}${data.holders.length < data.holder_count ? `, the oldest ${data.holders.length}` : ""}`,
		[[isElection(data) ? "Leader" : "Holder"], mode(data), ["Session", "wide figure"], ["Fence", "wide figure"], ["Held for", "figure"], ["Lease left", "wide figure"],
			["", "", "End the hold"]], repeat(data.holders, one => one.fence, one => holderLine(context, one)))}
		${context.mayNot("release", "Releasing")}`;
}

const waiters = ({ data, passed }) => table(
	`${plural(data.waiter_count, isElection(data) ? "candidate" : "waiter")}${data.waiters.length < data.waiter_count ? `, the first ${data.waiters.length}` : ""}`,
	[["Place", "figure place"], ["Who"], mode(data), ["Session", "wide figure"], ["Waits for", "figure"]],
	data.waiters.map((one, /** @type {number} */ i) => html`<tr><td class="figure place">${i + 1}</td><td>${who(one)}</td>
		${mode(data, one)}<td class="wide figure">${sessionLink(one)}</td><td class="figure">${lasting(one.since, one.waited_s + passed)}</td></tr>`));

export const view = {
	title: route => `Lock ${shown(fromReference(route.query.key ?? ""))}`,
	parent: "locks",
	everyMs: 2000,
	async load({ query }, signal) {
		const key = query.key ?? "";
		const named = fromReference(key);
		const nobody = { ...named, kind: "", holders: [], holder_count: 0, waiters: [], waiter_count: 0 };
		const data = await get(`locks/${reference(named)}`, {}, signal).catch(problem => {
			if (problem.status === 404) {
				return nobody;
			}
			throw problem;
		});
		observe(key, data);
		return data;
	},
	template(context) {
		const { data, route } = context;
		const row = data ?? fromReference(route.query.key ?? "");
		return html`<h1 class="long">${octets(row)}</h1>${context.trouble}
			${!data ? nothing : html`<p class="under">${data.kind ? kind(data) : "nothing at present"}</p>
				${data.holder_count ? holders(context) : html`<div class="notice"><p><strong>Nobody holds this key.</strong>
					${data.waiter_count ? "The first in the queue is about to." : "Nobody waits for it either."}</p></div>`}
				${data.waiter_count ? waiters(context) : data.holder_count ? html`<p class="faint">Nobody waits.</p>` : nothing}`}
			<section aria-labelledby="story"><h2 id="story">While this page was open</h2>
				${story.events.length ? html`<ol class="story">${story.events.map(one => html`<li><time>${clock(one.at)}</time> <bdi>${one.text}</bdi></li>`)}</ol>`
					: html`<p class="faint">Nothing has changed yet.</p>`}</section>`;
	},
};
