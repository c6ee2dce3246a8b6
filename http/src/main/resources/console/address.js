// @ts-check
// What is looked at is in the address behind the #: it survives a reload, can be sent to somebody, and no server or proxy sees it.

/** @typedef {{view: string, query: Record<string, string>}} Route */

/** @param {string} hash @returns {Route} */
export function parse(hash) {
	const [path, search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
	return { view: path || "locks", query: Object.fromEntries(new URLSearchParams(search)) };
}

/** A link; what is empty is left out. @param {string} view @param {Record<string, string | number | undefined>} query */
export function link(view, query = {}) {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value !== undefined && value !== "") {
			search.set(name, String(value));
		}
	}
	const text = search.toString();
	return `#/${view}${text ? `?${text}` : ""}`;
}

/** The same view with something else. @param {Route} route @param {Record<string, string | number | undefined>} changes */
export function changed(route, changes) {
	return link(route.view, { ...route.query, ...changes });
}
