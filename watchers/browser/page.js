// @ts-check
/**
 * The readable text of the page it is run in, or null where the page asks for a secret. Not part
 * of any page by itself: the background runs it on sites that the user switched on, once a page.
 */
"use strict";

(() => {
  const MOST_CHARS = 10_000;
  const SECRET_FIELDS =
    'input[type="password"], [autocomplete~="current-password"], [autocomplete~="new-password"],' +
    ' [autocomplete~="one-time-code"], [autocomplete*="cc-"]';
  const PASSED_OVER =
    "script, style, noscript, template, nav, footer, aside, form, input, textarea, select, button," +
    " dialog, iframe, object, canvas, svg, [hidden], [aria-hidden='true'], [role='navigation']," +
    " [role='search'], [contenteditable]";
  const BLOCKS =
    "p, div, section, article, li, ul, ol, table, tr, h1, h2, h3, h4, h5, h6, pre, blockquote, br, dd, dt, figure";

  if (chrome.extension?.inIncognitoContext || !document.body) return null;
  if (document.querySelector(SECRET_FIELDS)) return null;

  const articles = document.querySelectorAll("article");
  const root =
    document.querySelector("main, [role='main']") ??
    (articles.length === 1 ? articles[0] : document.body);
  const passed = root === document.body ? `${PASSED_OVER}, header` : PASSED_OVER;

  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (!(node instanceof Element)) return NodeFilter.FILTER_ACCEPT;
    const hidden = !(node.checkVisibility?.({ visibilityProperty: true }) ?? true);
    return hidden || node.matches(passed) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
  });

  let text = "";
  while (walker.nextNode() && text.length < 2 * MOST_CHARS) {
    const node = walker.currentNode;
    if (node instanceof Element) text += node.matches(BLOCKS) ? "\n" : "";
    else text += node.textContent;
  }
  return text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim()
    .slice(0, MOST_CHARS);
})();
