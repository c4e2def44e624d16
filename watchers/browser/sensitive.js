// @ts-check
/** Says which pages take a password or a payment, by their address: of those nothing but the tab is told. */

const PATH =
  /(?:^|[^a-z])(?:log[-_]?in|log[-_]?on|sign[-_]?in|sign[-_]?on|sign[-_]?up|register|auth|oauth2?|sso|2fa|mfa|otp|passwords?|passwd|credentials?|checkout|payments?|pay|billing|card|bank(?:ing)?)(?:$|[^a-z])/i;
const HOST =
  /(?:^|[.-])(?:accounts?|login|logon|signin|auth|sso|id|idp|secure|pay|payments?|checkout|billing|bank|banking|vault|paypal|stripe)[.-]/i;

/**
 * @param {string | undefined} address A page's whole URL.
 * @returns {boolean} Whether neither text nor selection of it may be told; true for what is no web page.
 */
export function isSensitive(address) {
  try {
    const url = new URL(address ?? "");
    if (url.protocol !== "https:" && url.protocol !== "http:") return true;
    return HOST.test(`${url.hostname}.`) || PATH.test(url.pathname);
  } catch {
    return true;
  }
}
