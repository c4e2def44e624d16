// @ts-check
/**
 * Speaks to Hunch: ActivityWatch's heartbeats to http://127.0.0.1, nowhere else (the manifest's
 * content security policy allows no other address). Knows nothing of tabs.
 */

import { load } from "./settings.js";

const TIMEOUT_MS = 10_000;
const CLIENT = "hunch-web";
const TYPE = "web.tab.current";

/** @typedef {"connected" | "away" | "other" | "refused"} Connection */
/** @typedef {{ timestamp: string, duration: number, data: Record<string, unknown> }} Beat */

/** The name that ActivityWatch gives to this browser, so that its views know ours, too. */
function browserName() {
  const agent = navigator.userAgent;
  if ("brave" in navigator) return "brave";
  if (/\bOPR\/|Opera/.test(agent)) return "opera";
  if (/\bEdg\//.test(agent)) return "edge";
  if (/Vivaldi/.test(agent)) return "vivaldi";
  return /Firefox/.test(agent) ? "firefox" : "chrome";
}

export class Daemon {
  constructor() {
    /** @type {Connection} */
    this.connection = "away";
    /** @type {string | null} */
    this.host = null;
  }

  /**
   * Send one heartbeat, in order with those before it.
   * @param {Beat} beat
   * @param {number} pulsetime Seconds.
   * @returns {Promise<boolean>} Whether it is done with: taken, or one that can never be taken.
   */
  async send(beat, pulsetime) {
    try {
      if (this.host === null && !(await this.#greet())) return false;
      const path = `${this.#bucket()}/heartbeat?pulsetime=${pulsetime}`;
      let answer = await this.#ask(path, beat);
      if (answer.status === 404) {
        await this.#ask(this.#bucket(), { client: CLIENT, type: TYPE, hostname: this.host });
        answer = await this.#ask(path, beat);
      }
      return this.#done(answer.status);
    } catch {
      this.#lost("away");
      return false;
    }
  }

  /** Ask who listens there; false when it is not Hunch. */
  async #greet() {
    const answer = await this.#ask("/api/0/info");
    if (!answer.ok) return this.#lost("refused");
    const info = await answer.json();
    if (!String(info.version).startsWith("hunch ")) return this.#lost("other");
    this.host = String(info.hostname);
    return true;
  }

  #bucket() {
    return `/api/0/buckets/${encodeURIComponent(`aw-watcher-web-${browserName()}-hunch_${this.host}`)}`;
  }

  /**
   * @param {string} path
   * @param {unknown} [body]
   */
  async #ask(path, body) {
    const { port, token } = await load();
    const secret = token ? { Authorization: `Bearer ${token}` } : {};
    return fetch(`http://127.0.0.1:${port}${path}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      credentials: "omit",
      redirect: "error",
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "Content-Type": "application/json", ...secret }, body: JSON.stringify(body) }),
    });
  }

  /** @param {number} status */
  #done(status) {
    if (status === 400 || status === 413) return true; // the beat is wrong: another try cannot mend it
    if (status >= 300) return this.#lost(status === 403 || status === 401 ? "refused" : "away");
    this.connection = "connected";
    return true;
  }

  /** @param {Connection} why */
  #lost(why) {
    this.connection = why;
    this.host = null; // ask again who is there: the next one may be another program
    return false;
  }
}
