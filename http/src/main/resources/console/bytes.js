// @ts-check
// Keys and names are bytes that clients chose. Here they are turned into what may be shown, and into what names them in an address.

/** A piece of shown text; what is not shown as it is, is written as an escape. @typedef {{text: string, escaped: boolean}} Piece */

// What has no look of its own, hides its neighbours or turns them round.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]|[\p{Zs}\u115f\u1160\u2800\u3164\uffa0](?<! )/u;
const UTF8 = new TextEncoder();

function fromBase64(base64) {
	return Uint8Array.from(atob(base64), one => one.charCodeAt(0));
}

const hex = (number, digits) => number.toString(16).padStart(digits, "0");

/** The bytes that a row has under this name. */
function bytes(row, name) {
	const base64 = row[`${name}_b64`];
	return base64 === undefined ? UTF8.encode(row[name] ?? "") : fromBase64(base64);
}

/** What names it in a path. @param {string} name @returns {string} */
export function reference(row, name = "key") {
	return Array.from(bytes(row, name), one =>
		/[A-Za-z0-9_~-]/.test(String.fromCharCode(one)) ? String.fromCharCode(one) : `%${hex(one, 2).toUpperCase()}`).join("");
}

/** The row that such a reference is of. */
export function fromReference(ref) {
	const octets = ref.replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
	const raw = Uint8Array.from(octets, one => one.charCodeAt(0));
	try {
		return { key: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw) };
	} catch {
		return { key: "", key_b64: btoa(octets) };
	}
}

/** @param {string} name @returns {Piece[]} */
export function pieces(row, name = "key") {
	const isText = row[`${name}_b64`] === undefined;
	const units = isText
		? Array.from(String(row[name] ?? ""))
		: Array.from(bytes(row, name), one => String.fromCharCode(one));
	/** @type {Piece[]} */
	const found = [];
	for (const unit of units) {
		const code = unit.codePointAt(0) ?? 0;
		const escaped = isText ? INVISIBLE.test(unit) : code < 0x20 || code > 0x7e;
		const text = !escaped ? unit : code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`;
		const last = found.at(-1);
		if (last && last.escaped === escaped) {
			last.text += text;
		} else {
			found.push({ text, escaped });
		}
	}
	return found;
}

/** The same without its form. */
export function shown(row, name = "key") {
	return pieces(row, name).map(piece => piece.text).join("");
}
