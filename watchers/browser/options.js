// @ts-check
/** The options page: three settings, and the sites whose text is told. */

import { DEFAULTS, load, save } from "./settings.js";

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

async function showSettings() {
  const settings = await load();
  for (const name of /** @type {const} */ (["enabled", "selection"])) {
    input(name).checked = settings[name];
    input(name).addEventListener("change", () => keep({ [name]: input(name).checked }));
  }
  input("port").value = String(settings.port);
  input("port").addEventListener("change", () => {
    const port = input("port").valueAsNumber;
    const right = Number.isInteger(port) && port > 0 && port < 65536;
    void keep({ port: right ? port : DEFAULTS.port });
    if (!right) input("port").value = String(DEFAULTS.port);
  });
}

/** @param {Partial<import("./settings.js").Settings>} changed */
async function keep(changed) {
  await save(changed);
  const saved = document.getElementById("saved");
  if (saved) saved.textContent = "Saved.";
}

async function showSites() {
  const { origins = [] } = await chrome.permissions.getAll();
  const fixed = chrome.runtime.getManifest().content_scripts?.flatMap((script) => script.matches ?? []) ?? [];
  const sites = origins.filter((origin) => !fixed.includes(origin));
  const list = document.getElementById("sites");
  list?.replaceChildren(...sites.map(line));
  const none = document.getElementById("none");
  if (none) none.hidden = sites.length > 0;
}

/** @param {string} origin */
function line(origin) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = "Switch off";
  button.setAttribute("aria-label", `Switch off ${origin}`);
  button.addEventListener("click", () => chrome.permissions.remove({ origins: [origin] }));
  item.append(`${origin} `, button);
  return item;
}

chrome.permissions.onAdded.addListener(showSites);
chrome.permissions.onRemoved.addListener(showSites);
void showSettings();
void showSites();
