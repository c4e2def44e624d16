// @ts-check
/** The popup: whether Hunch hears us, and the switch for this site's text. */

import { isSensitive } from "./sensitive.js";
import { choose, isSwitchedOn, load, siteOf } from "./settings.js";

const STATES = {
  connected: "Connected: Hunch on this computer hears this browser.",
  away: "Hunch does not answer. What happens meanwhile waits in memory; start it with “hunch run”.",
  other: "Another program answers in Hunch's place, so nothing is told. Set Hunch's port in the options.",
  refused: "Hunch refuses this extension. Put the token into the options, or the address of this extension into extension_origins in Hunch's settings.",
};

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

async function showState() {
  const state = element("state");
  if (!(await load()).enabled) {
    state.textContent = "Switched off for this browser, in the options.";
    return;
  }
  const { connection, waiting } = await chrome.runtime.sendMessage({ kind: "state" });
  const queued = waiting ? ` (${waiting} waiting)` : "";
  state.textContent = STATES[/** @type {keyof STATES} */ (connection)] + queued;
}

async function showSite() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const site = siteOf(tab?.url);
  const box = /** @type {HTMLInputElement} */ (element("text"));
  if (!site || tab.incognito || isSensitive(tab.url)) {
    element("why").textContent = "The text of this page is never told.";
    return;
  }
  element("site").textContent = new URL(tab.url ?? "").hostname;
  box.checked = await isSwitchedOn(tab.url);
  box.disabled = false;
  box.addEventListener("change", async () => {
    await choose(site, box.checked);
    box.checked = await isSwitchedOn(tab.url);
  });
}

void showState();
void showSite();
