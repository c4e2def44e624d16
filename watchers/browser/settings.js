// @ts-check
/** The user's settings in this browser: three choices, no page and no word of anybody. */

/**
 * @typedef {object} Settings
 * @property {boolean} enabled Tell Hunch anything at all.
 * @property {boolean} selection Tell what is selected.
 * @property {number} port Where Hunch listens on 127.0.0.1.
 */

/** @type {Settings} */
export const DEFAULTS = { enabled: true, selection: true, port: 5600 };

/** @returns {Promise<Settings>} */
export async function load() {
  return { ...DEFAULTS, ...(await chrome.storage.local.get(Object.keys(DEFAULTS))) };
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

/** @param {string | undefined} address Whether the user switched the page's text on for its site. */
export async function isSwitchedOn(address) {
  const site = siteOf(address);
  return site !== null && (await chrome.permissions.contains({ origins: [site] }));
}
