// @ts-check
/**
 * Heartbeats on their way, in order; while Hunch is away they wait. They wait in memory alone
 * (`storage.session`, which a browser never writes to its disk), and no more than the bounds say.
 */

const MOST = 1000;
const MOST_CHARS = 2_000_000; // of `storage.session`'s 10 MB
const RETRY_MS = 5000;
const KEY = "outbox";

/** @typedef {import("./daemon.js").Beat} Beat */

export class Outbox {
  /**
   * @param {import("./daemon.js").Daemon} daemon
   * @param {number} pulsetime Seconds within which equal heartbeats are one.
   */
  constructor(daemon, pulsetime) {
    this.daemon = daemon;
    this.pulsetime = pulsetime;
    /** @type {Beat[]} */
    this.beats = [];
    /** @type {Promise<void> | null} */
    this.sending = null;
    this.retry = 0;
    this.kept = false;
    this.ready = chrome.storage.session.get(KEY).then((found) => {
      this.beats = /** @type {Beat[]} */ (found[KEY] ?? []);
      this.kept = this.beats.length > 0;
    });
  }

  /**
   * @param {Record<string, unknown>} data
   * @param {number} time Milliseconds since 1970.
   */
  async add(data, time) {
    await this.ready;
    const last = this.beats.at(-1);
    const began = last ? Date.parse(last.timestamp) : 0;
    const quiet = last ? (time - began) / 1000 - last.duration : 0;
    if (last && this.beats.length > 1 && quiet <= this.pulsetime && same(last.data, data)) {
      last.duration = (time - began) / 1000; // the first may be on its way: it stays as it is
    } else {
      this.beats.push({ timestamp: new Date(time).toISOString(), duration: 0, data });
    }
  }

  /** Send what waits, as far as it goes. */
  flush() {
    this.sending ??= this.#send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async #send() {
    await this.ready;
    clearTimeout(this.retry);
    while (this.beats.length) {
      if (!(await this.daemon.send(this.beats[0], this.pulsetime))) break;
      this.beats.shift();
    }
    if (this.beats.length) this.retry = setTimeout(() => this.flush(), RETRY_MS);
    await this.#keep();
  }

  async #keep() {
    const sizes = this.beats.map((beat) => JSON.stringify(beat.data).length);
    let size = sizes.reduce((sum, one) => sum + one, 0);
    while (this.beats.length > MOST || size > MOST_CHARS) {
      this.beats.shift();
      size -= sizes.shift() ?? 0;
    }
    if (!this.beats.length && !this.kept) return;
    this.kept = this.beats.length > 0;
    await (this.kept
      ? chrome.storage.session.set({ [KEY]: this.beats })
      : chrome.storage.session.remove(KEY));
  }
}

/**
 * @param {Record<string, unknown>} one
 * @param {Record<string, unknown>} other
 */
export function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
