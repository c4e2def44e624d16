// @ts-check
/** The options page: four settings, and the sites whose text is told. */

import { DEFAULTS, choose, load, save, sites } from "./settings.js";

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
  input("token").value = settings.token;
  input("token").addEventListener("change", () => {
    const token = input("token").value.trim().replace(/[^\x21-\x7e]/g, ""); // a header takes no more
    input("token").value = token;
    void keep({ token });
  });
}

/** @param {Partial<import("./settings.js").Settings>} changed */
async function keep(changed) {
  await save(changed);
  const saved = document.getElementById("saved");
  if (saved) saved.textContent = "Saved.";
}

async function showSites() {
  const switched = await sites();
  document.getElementById("sites")?.replaceChildren(...switched.map(line));
  const none = document.getElementById("none");
  if (none) none.hidden = switched.length > 0;
}

/** @param {string} site */
function line(site) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = "Switch off";
  button.setAttribute("aria-label", `Switch off ${site}`);
  button.addEventListener("click", () => choose(site, false));
  item.append(`${site} `, button);
  return item;
}

chrome.storage.local.onChanged.addListener(showSites);
chrome.permissions.onAdded.addListener(showSites);
chrome.permissions.onRemoved.addListener(showSites);
void showSettings();
void showSites();
