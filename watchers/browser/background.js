// @ts-check
/**
 * The extension's background: hears what happens to tabs and sends heartbeats of the one in front.
 * May be ended by the browser at any moment and started by the next event, so what it must not
 * forget lies in `storage.session`, which is memory.
 */

import { Daemon } from "./daemon.js";
import { Outbox, same } from "./outbox.js";
import { searchWords } from "./search.js";
import { isSensitive } from "./sensitive.js";
import { isSwitchedOn, load } from "./settings.js";

const BEAT_MIN = 1; // as aw-watcher-web
const PULSETIME_S = 80; // as aw-watcher-web: the beat, and 20 s for a slow one
const SETTLE_MS = 300; // address and title of a page change one after the other
const LOADING_MS = 1500; // a page that still loads has its title mostly by then
const READ_MS = 1000; // a page that is left at once was not read
const URL_CHARS = 8192;

const daemon = new Daemon();
const outbox = new Outbox(daemon, PULSETIME_S);
/** Ports of frames in which a field for a secret has the focus, by tab. @type {Map<number, Set<chrome.runtime.Port>>} */
const secrets = new Map();
/** @type {Promise<void>} */
let turn = Promise.resolve(); // one report after the other: their times never go back
let waiting = 0;
let reading = 0;
// the token is none of the pages' business, nor of the scripts in them
void chrome.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });

/** The tab in front; never one of a private window, which the manifest hides from us anyway. */
async function frontTab() {
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tab && !tab.incognito && tab.url ? tab : null;
}

/**
 * Whether a secret is being typed, into the tab in front or into one that became it this moment: a
 * frame says so only while it has the focus.
 */
function isSecret() {
  return [...secrets.values()].some((ports) => ports.size > 0);
}

/** @param {chrome.tabs.Tab} tab What a heartbeat says of it: ActivityWatch's five keys, and ours. */
async function describe(tab) {
  const tabs = await chrome.tabs.query({});
  const query = isSensitive(tab.url) ? null : searchWords(tab.url);
  return {
    url: (tab.url ?? "").slice(0, URL_CHARS),
    title: tab.title || tab.url, // a page that loads has none yet
    audible: tab.audible ?? false,
    incognito: tab.incognito,
    tabCount: tabs.length,
    password_focus: isSecret(),
    ...(query ? { query } : {}),
  };
}

/**
 * Send what is in front now: that the state before held until now, then the state itself.
 * @param {{ selection?: string, page_text?: string }} [once] What is told in one event of its own.
 * @param {(tab: chrome.tabs.Tab) => boolean} [holds] Whether `once` is still true of the tab in front.
 */
function report(once, holds = () => true) {
  turn = turn.then(() => tell(once, holds)).catch((error) => console.warn("a report failed:", error?.name));
  return turn.then(() => outbox.flush());
}

/**
 * @param {{ selection?: string, page_text?: string } | undefined} once
 * @param {(tab: chrome.tabs.Tab) => boolean} holds
 */
async function tell(once, holds) {
  const tab = (await load()).enabled ? await frontTab() : null;
  if (!tab) {
    await chrome.storage.session.remove("last");
    return;
  }
  const data = await describe(tab);
  /** @type {{ last?: { data: Record<string, unknown>, time: number } }} */
  const { last } = await chrome.storage.session.get("last");
  let now = Math.max(Date.now(), (last?.time ?? 0) + 2);
  if (last && !same(last.data, data) && now - last.time < PULSETIME_S * 1000) {
    await outbox.add(last.data, now - 1);
  }
  if (once && holds(tab)) await outbox.add({ ...data, ...once }, now++);
  await outbox.add(data, now);
  await chrome.storage.session.set({ last: { data, time: now } });
}

/** Report once the tab has settled. @param {number} [after] Milliseconds. */
function soon(after = SETTLE_MS) {
  clearTimeout(waiting);
  waiting = setTimeout(report, after);
}

/** Read the page in front, where its site is switched on, once it has stood for a while. */
function readSoon() {
  clearTimeout(reading);
  reading = setTimeout(() => read().catch(() => undefined), READ_MS);
}

async function read() {
  const tab = await frontTab();
  if (!tab?.id || tab.status !== "complete" || isSensitive(tab.url)) return;
  if (!(await load()).enabled || !(await isSwitchedOn(tab.url)) || isSecret()) return;
  const { read: before } = await chrome.storage.session.get("read");
  if (before === `${tab.id} ${tab.url}`) return;
  const [answer] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, files: ["page.js"] });
  if (!answer?.result) return;
  await chrome.storage.session.set({ read: `${tab.id} ${tab.url}` });
  await report({ page_text: answer.result }, (front) => front.id === tab.id && front.url === tab.url);
}

/**
 * @param {string} text
 * @param {chrome.runtime.MessageSender} sender
 */
async function selected(text, sender) {
  const tab = sender.tab;
  if (!tab || tab.incognito || !(await load()).selection) return;
  if (isSensitive(tab.url) || isSensitive(sender.url) || isSecret()) return;
  await report({ selection: text }, (front) => front.id === tab.id && front.url === tab.url);
}

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (sender.id !== chrome.runtime.id) return undefined;
  if (message?.kind === "selection") void selected(String(message.text), sender);
  if (message?.kind === "state") {
    report().then(() => answer({ connection: daemon.connection, waiting: outbox.beats.length }));
    return true;
  }
  return undefined;
});

chrome.runtime.onConnect.addListener((port) => {
  const tab = port.sender?.tab;
  if (port.name !== "password" || !tab?.id || tab.incognito) return;
  const ports = secrets.get(tab.id) ?? new Set();
  secrets.set(tab.id, ports.add(port));
  port.onMessage.addListener(() => report()); // that it still holds
  port.onDisconnect.addListener(() => {
    ports.delete(port);
    report();
  });
  report();
});

chrome.tabs.onActivated.addListener(async ({ tabId }) => {
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  if (tab?.status === "loading") soon(LOADING_MS);
  else report();
  readSoon();
});
chrome.tabs.onUpdated.addListener((_id, changed, tab) => {
  if (!tab.active || !["url", "title", "audible", "status"].some((key) => key in changed)) return;
  soon(tab.status === "loading" ? LOADING_MS : SETTLE_MS);
  if (tab.status === "complete") readSoon();
});
chrome.tabs.onRemoved.addListener((id) => {
  secrets.delete(id);
  soon();
});
chrome.tabs.onCreated.addListener(() => soon());
chrome.windows.onFocusChanged.addListener(() => soon());
chrome.permissions.onAdded.addListener(readSoon);
chrome.storage.local.onChanged.addListener(() => soon());
chrome.alarms.onAlarm.addListener(() => report());
chrome.alarms.create("beat", { periodInMinutes: BEAT_MIN });
report();
readSoon();
