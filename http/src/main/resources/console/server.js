// @ts-check
import { html, nothing } from "./lit/lit-html.js";
import { get } from "./api.js";
import { changeLogLevel, confirmDrain, confirmReload, confirmSnapshot, left } from "./dialogs.js";
import { bytes, duration, facts, number, table, unseen } from "./format.js";

const COUNTED = { "max-keys": "counters, values, lists, barriers", "max-sessions": "sessions with a name" };
const words = name => COUNTED[name] ?? name.replace(/^max-/, "").replaceAll("_", " ");

const section = (title, body) => html`<section aria-label=${title}><h2>${title}</h2>${body}</section>`;

const counts = of => facts(Object.entries(of).map(([name, value]) => [words(name), number(value)]));

function limitLine(limit) {
	const show = limit.name === "max-memory" ? bytes : number;
	return html`<tr><th scope="row">${words(limit.name)}</th><td class="figure">${show(limit.used)}</td>
		<td class="figure">${limit.most ? show(limit.most) : "no limit"}</td><td class="wide">${limit.most ? html`<meter
			min="0" max=${limit.most} high=${limit.most * 0.85} value=${limit.used}
			aria-label="${words(limit.name)} used">${Math.round(100 * limit.used / limit.most)} %</meter>` : nothing}</td></tr>`;
}

const cluster = data => !data.node ? nothing : section("Cluster", html`${facts([["This node", `${data.node}, ${data.role}`],
	["Leader", data.leader || "none known"], ["Term", number(data.term)], data.applied !== undefined && ["Applied", number(data.applied)]])}
	${table(unseen("Members"), [["Node"], ["Address"]], data.members.map(one => html`<tr><th scope="row">${one.name}</th><td>${one.address}</td></tr>`))}`);

const self = ({ me, mayNot }) => !me ? nothing : section("Who am I", html`${facts([["Name", me.name === "anybody" ? "nobody: not logged in" : me.name],
	["May", me.rights.map(one => one.name).join(", ")]])}${mayNot("release", "Changing anything")}`);

const act = (context, right, text, run, style = "") => html`<button type="button" class=${style} ?disabled=${!context.may(right)}
	aria-describedby="no-${right}" @click=${run}>${text}</button> `;

function upkeep(context) {
	const { data, passed } = context;
	const { drain, log } = data;
	return section("Upkeep", html`${facts([
		["Draining", drain ? `for ${duration(drain.for_s + passed)}: ${drain.reason}` : data.draining ? "yes, it stops" : "no"],
		drain && ["Left", left(drain)], drain && ["Deadline", drain.deadline ?? "none"], ["Log level", log.level || "not its own"],
		...log.loggers.map(one => [one.logger, `${one.level} for ${duration(one.left_s - passed)}`])])}
		<p>${drain || !data.draining ? act(context, "drain", drain ? "Undo…" : "Drain…", () => confirmDrain(context, data), drain ? "" : "danger") : nothing}
			${act(context, "reload", "Read files again…", () => confirmReload(context))}${act(context, "reload", "Log level…", () => changeLogLevel(context))}
			${act(context, "backup", "Download the state…", () => confirmSnapshot(context))}</p>
		${[["drain", "Draining"], ["reload", "Reading files again, or another log level,"], ["backup", "Downloading the state"]].map(([right, what]) =>
			html`<div id="no-${right}">${context.mayNot(right, what)}</div>`)}`);
}

export const view = {
	title: () => "Server",
	load: async (_route, signal) => {
		const [status, log] = await Promise.all([get("status", {}, signal), get("log-level", {}, signal)]);
		return { ...status, log };
	},
	template(context) {
		const { data, passed } = context;
		return html`<h1>Server</h1>${context.trouble}${!data ? nothing : html`
			${facts([["Version", data.version], ["Up for", duration(data.uptime_s + passed)], ["State", data.mode], ["Ready", data.ready ? "yes" : "no"]])}
			${upkeep(context)}${self(context)}${cluster(data)}
			${section("Limits", table(unseen("Limits"), [["What"], ["Used", "figure"], ["At most", "figure"], ["", "wide", "Share"]], data.limits.map(limitLine)))}
			${section("What there is", counts(data.totals))}${section("Connections since the start", counts(data.connections))}`}`;
	},
};
