// @ts-check
import { Problem } from "./api.js";

const LONGEST_MS = 30_000;

/** Asks again and again, never twice at a time, not while nobody looks, and more and more rarely while nothing comes. */
export class Poll {
	/**
	 * @param {number} everyMs @param {(signal: AbortSignal) => Promise<any>} load
	 * @param {() => void} changed called when there is something new to show
	 */
	constructor(everyMs, load, changed) {
		this.everyMs = everyMs;
		this.load = load;
		this.changed = changed;
		/** What came last. @type {any} */
		this.data = undefined;
		/** Whether it is of another question than this one. */
		this.isBorrowed = false;
		/** When it came. */
		this.at = 0;
		/** Why nothing came since. @type {Problem | null} */
		this.problem = null;
		this.failures = 0;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		this.timer = undefined;
		/** @type {AbortController | null} */
		this.running = null;
		this.isStopped = false;
		this.onVisible = () => document.hidden ? this.pause() : this.now();
		document.addEventListener("visibilitychange", this.onVisible);
		this.now();
	}

	/** How old that is which is shown, where it is older than it should be; 0 else. */
	staleMs(now) {
		return this.data !== undefined && this.problem ? now - this.at : 0;
	}

	pause() {
		clearTimeout(this.timer);
		this.running?.abort();
		this.running = null;
	}

	stop() {
		this.isStopped = true;
		this.pause();
		document.removeEventListener("visibilitychange", this.onVisible);
	}

	async now() {
		this.pause();
		if (this.isStopped || document.hidden) {
			return;
		}
		const mine = new AbortController();
		this.running = mine;
		try {
			const data = await this.load(mine.signal);
			if (this.running !== mine) {
				return;
			}
			this.data = data;
			this.isBorrowed = false;
			this.at = Date.now();
			this.problem = null;
			this.failures = 0;
		} catch (failure) {
			if (this.running !== mine) {
				return;
			}
			if (!(failure instanceof Problem)) {
				console.error(failure);
			}
			this.problem = failure instanceof Problem ? failure : new Problem(0, { detail: String(failure) });
			this.failures++;
		}
		this.running = null;
		this.timer = setTimeout(() => this.now(), this.delayMs());
		this.changed();
	}

	delayMs() {
		const backOff = Math.min(LONGEST_MS, this.everyMs * 2 ** Math.min(this.failures, 5));
		return Math.max(this.failures ? backOff : this.everyMs, this.problem?.retryAfterMs ?? 0);
	}
}
