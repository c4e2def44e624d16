// @ts-check
/**
 * Runs in every page and frame. Tells two things: that a field for a secret has the focus (never
 * what is in it), and the text that the user selected, once the selection stood still. Reads
 * nothing else of the page, and nothing at all in a private window.
 */
"use strict";

(() => {
  if (chrome.extension?.inIncognitoContext) return;

  const STILL_MS = 1000; // a selection that is being dragged is none yet
  const SELECTION_CHARS = 2000;
  const SHORTEST = 3; // a click selects a letter or two by accident
  const BEAT_MS = 20_000; // a background worker sleeps after 30 s without a message

  const SECRET_HINT = /^(?:current-password|new-password|one-time-code|cc-[a-z-]+)$/;
  const SECRET_NAME = /pass(?:word|wd|phrase|code)|(?:^|[^a-z])(?:pwd|otp|totp|cvv2?|cvc2?)(?:$|[^a-z])/i;
  const SECRET_FIELDS =
    'input[type="password"], [autocomplete~="current-password"], [autocomplete~="new-password"],' +
    ' [autocomplete~="one-time-code"], [autocomplete*="cc-"]';
  const WRITTEN = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

  /** Fields that were of the type password once: "show password" makes them plain text. */
  const known = new WeakSet();
  /** Roots whose focus events we hear: those inside a shadow tree do not leave it. */
  const heard = new WeakSet();
  /** @type {chrome.runtime.Port | null} */
  let port = null;
  let beat = 0;
  let still = 0;
  let told = "";

  /** @param {Element} element */
  function shadowOf(element) {
    try {
      // @ts-ignore - Firefox has it on the element, Chromium in chrome.dom
      return element.openOrClosedShadowRoot ?? chrome.dom?.openOrClosedShadowRoot(element) ?? element.shadowRoot;
    } catch {
      return element.shadowRoot;
    }
  }

  /** The element that has the focus, through shadow trees; listens to each on the way. */
  function focused() {
    let element = document.activeElement;
    while (element) {
      const root = shadowOf(element);
      if (root) hear(root);
      if (!root?.activeElement) break;
      element = root.activeElement;
    }
    return element;
  }

  /** @param {Element | null} element */
  function isSecret(element) {
    if (!(element instanceof HTMLElement)) return false;
    const field = element instanceof HTMLInputElement;
    if (field && element.type === "password") known.add(element);
    if (known.has(element)) return true;
    const hints = (element.getAttribute("autocomplete") ?? "").toLowerCase().split(/\s+/);
    if (hints.some((hint) => SECRET_HINT.test(hint))) return true;
    if (field && SECRET_NAME.test(`${element.name} ${element.id}`)) return true;
    if (!field && !element.matches(WRITTEN)) return false;
    // @ts-ignore - not in the standard, in every browser
    return !["", "none", undefined].includes(getComputedStyle(element).webkitTextSecurity);
  }

  /** Tell the background whether a secret is being typed; an open port is "yes". */
  function check() {
    const element = document.hasFocus() ? focused() : null;
    changes.disconnect();
    if (element instanceof HTMLElement && element.matches(WRITTEN)) {
      changes.observe(element, { attributeFilter: ["type", "autocomplete"] });
    }
    if (isSecret(element)) open();
    else close();
  }

  function open() {
    if (port || !chrome.runtime?.id) return; // no id: the extension was taken away
    port = chrome.runtime.connect({ name: "password" });
    port.onDisconnect.addListener(() => {
      port = null; // the background worker was ended: it starts again when we call
      clearInterval(beat);
      setTimeout(check, 200);
    });
    beat = setInterval(() => port?.postMessage(null), BEAT_MS);
  }

  function close() {
    clearInterval(beat);
    port?.disconnect();
    port = null;
  }

  /** @param {Document | ShadowRoot} root */
  function hear(root) {
    if (heard.has(root)) return;
    heard.add(root);
    root.addEventListener("focusin", check, true);
    // the next field has the focus only after this event: one look then, no off and on between
    root.addEventListener("focusout", () => setTimeout(check, 0), true);
  }

  const changes = new MutationObserver(check);

  /** Whether the page asks for a secret somewhere: nothing of it is told then. */
  function asksForSecrets() {
    return [...document.querySelectorAll(SECRET_FIELDS)].some(
      (field) => field.checkVisibility?.({ visibilityProperty: true }) ?? true,
    );
  }

  /** @param {Selection} selection Whether it touches what somebody writes. */
  function isWritten(selection) {
    if (document.designMode === "on" || focused()?.matches(WRITTEN)) return true;
    const range = selection.getRangeAt(0);
    const node = range.commonAncestorContainer;
    const element = node instanceof Element ? node : node.parentElement;
    if (element?.closest(WRITTEN)) return true;
    return [...document.querySelectorAll(`textarea, ${SECRET_FIELDS}, [contenteditable]`)].some((field) =>
      range.intersectsNode(field),
    );
  }

  function tellSelection() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) {
      told = "";
      return;
    }
    if (document.visibilityState !== "visible" || !chrome.runtime?.id) return;
    if (isWritten(selection) || asksForSecrets()) return;
    const text = selection.toString().trim().slice(0, SELECTION_CHARS);
    if (text.length < SHORTEST || text === told) return;
    told = text;
    chrome.runtime.sendMessage({ kind: "selection", text }).catch(() => undefined);
  }

  hear(document);
  addEventListener("focus", () => setTimeout(check, 0));
  addEventListener("blur", () => setTimeout(check, 0));
  addEventListener("pageshow", () => setTimeout(check, 0));
  addEventListener("pagehide", close);
  document.addEventListener("selectionchange", () => {
    clearTimeout(still);
    still = setTimeout(tellSelection, STILL_MS);
  });
})();
