// @ts-check
/** Reads the words searched for from a search page's address. Knows no page's content. */

const LONGEST = 300;

/** Part of the host → the parameter that holds the words; the same engines as models/titles.py. */
const ENGINES = new Map([
  ["google", "q"], ["bing", "q"], ["duckduckgo", "q"], ["ecosia", "q"], ["kagi", "q"],
  ["qwant", "q"], ["mojeek", "q"], ["startpage", "query"], ["baidu", "wd"], ["yandex", "text"],
  ["yahoo", "p"], ["github", "q"], ["gitlab", "search"], ["stackoverflow", "q"],
  ["stackexchange", "q"], ["youtube", "search_query"], ["pypi", "q"], ["npmjs", "q"],
  ["crates", "q"], ["wikipedia", "search"], ["arxiv", "query"], ["amazon", "k"],
]);

/** Names of the words' parameter on any page whose path says that it searches. */
const ANYWHERE = ["q", "query", "search", "search_query", "s", "keywords", "term"];

/**
 * @param {string | undefined} address A page's whole URL.
 * @returns {string | null} The words as they were typed, or null where the page is no search.
 */
export function searchWords(address) {
  let url;
  try {
    url = new URL(address ?? "");
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const names = url.hostname.split(".").slice(-3, -1).flatMap((label) => ENGINES.get(label) ?? []);
  const searches = /(?:^|[^a-z])(?:search|find|suche|recherche)(?:$|[^a-z])/i.test(url.pathname);
  for (const name of [...names, ...(searches ? ANYWHERE : [])]) {
    const words = url.searchParams.get(name)?.replace(/\s+/g, " ").trim();
    if (words) return words.slice(0, LONGEST);
  }
  return null;
}
