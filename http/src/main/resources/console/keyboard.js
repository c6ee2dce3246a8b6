// @ts-check
// All can be reached with Tab; these keys are for those who look at this often.

/** @param {Element | null} element */
const isTyping = element => element instanceof HTMLInputElement || element instanceof HTMLSelectElement
	|| element instanceof HTMLTextAreaElement;

/** Moves between the rows of the table. */
function move(step) {
	const rows = Array.from(document.querySelectorAll("main tbody tr"), row => /** @type {HTMLElement | null} */ (row.querySelector("a, button")));
	const links = rows.flatMap(one => one ? [one] : []);
	if (links.length) {
		const row = document.activeElement?.closest("tbody tr");
		const at = row ? links.findIndex(one => row.contains(one)) : step > 0 ? -1 : links.length;
		links[Math.max(0, Math.min(links.length - 1, at + step))].focus();
	}
}

/** @param {() => void} back what Esc does where nothing is open */
export function listen(back) {
	document.addEventListener("keydown", event => {
		const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("#dialog"));
		if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open) {
			return;
		}
		if (isTyping(document.activeElement)) {
			if (event.key === "Escape") {
				/** @type {HTMLElement} */ (document.activeElement).blur();
			}
			return;
		}
		const filter = /** @type {HTMLInputElement | null} */ (document.querySelector("#prefix"));
		if (event.key === "/" && filter) {
			event.preventDefault(); // or the slash would stand in it
			filter.focus();
			filter.select();
		} else if (event.key === "j" || event.key === "k") {
			move(event.key === "j" ? 1 : -1);
		} else if (event.key === "Escape") {
			back();
		}
	});
}
