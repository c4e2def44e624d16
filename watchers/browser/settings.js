// @ts-check
/** The user's settings in this browser: four choices, and the sites that were switched on. No page, no word. */

/**
 * @typedef {object} Settings
 * @property {boolean} enabled Tell Hunch anything at all.
 * @property {boolean} selection Tell what is selected.
 * @property {number} port Where Hunch listens on 127.0.0.1.
 * @property {string} token Of Hunch's data folder, for writes alone; needed where it is set to take nothing without.
 */

/** @type {Settings} */
export const DEFAULTS = { enabled: true, selection: true, port: 5600, token: "" };

/** @returns {Promise<Settings>} */
export async function load() {
  return chrome.storage.local.get(DEFAULTS);
}

/** @param {Partial<Settings>} changed */
export function save(changed) {
  return chrome.storage.local.set(changed);
}

/**
 * @param {string | undefined} address A page's URL.
 * @returns {string | null} The match pattern of its site, as permissions name it; null where it is no web page.
 */
export function siteOf(address) {
  try {
    const url = new URL(address ?? "");
    return /^https?:$/.test(url.protocol) ? `${url.protocol}//${url.hostname}/*` : null;
  } catch {
    return null;
  }
}

const SITE = "site "; // a key for each, so that nothing has to be read before it is written

/** @returns {Promise<string[]>} The sites whose text is told, as match patterns. */
export async function sites() {
  const kept = Object.keys(await chrome.storage.local.get(null)).filter((key) => key.startsWith(SITE));
  const found = kept.map((key) => key.slice(SITE.length));
  const allowed = await Promise.all(found.map((site) => chrome.permissions.contains({ origins: [site] })));
  return found.filter((_, place) => allowed[place]);
}

/**
 * Switch a site's text on or off; on a click only. To switch on asks the user through the browser,
 * which may close the popup that called: both steps are begun before anything is waited for.
 * Chromium lets nobody but the user take the permission back (our content script is on every site,
 * so it counts as required), therefore the choice is kept besides.
 * @param {string} site
 * @param {boolean} on
 */
export async function choose(site, on) {
  const key = SITE + site;
  if (on) {
    const kept = chrome.storage.local.set({ [key]: true });
    const allowed = await chrome.permissions.request({ origins: [site] });
    await kept;
    if (allowed) return;
  }
  await chrome.storage.local.remove(key);
  if (!on) await chrome.permissions.remove({ origins: [site] }).catch(() => false);
}

/** @param {string | undefined} address Whether the user switched the page's text on, and the browser allows it. */
export async function isSwitchedOn(address) {
  const site = siteOf(address);
  return site !== null && (await sites()).includes(site);
}
