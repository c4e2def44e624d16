"""Pages that ask for a password or a payment, known by address or title: what is typed there is not kept.

Of the visit itself the host alone is kept. A page about such pages (in a documentation, a blog, a source
tree) is none. Knows addresses and titles; `daemon.privacy.privacy` says what follows.
"""

import re
from urllib.parse import SplitResult, unquote

HOSTS = (
    "accounts.google.com", "myaccount.google.com", "pay.google.com", "payments.google.com", "login.live.com",
    "login.microsoftonline.com", "login.microsoft.com", "account.microsoft.com", "appleid.apple.com", "account.apple.com",
    "idmsa.apple.com", "id.atlassian.com", "login.yahoo.com", "login.aol.com", "login.salesforce.com", "signin.aws.amazon.com",
    "signin.ebay.com", "signin.ebay.de", "auth.openai.com", "auth0.com", "okta.com", "onelogin.com", "duosecurity.com",
    "login.gov", "id.me", "paypal.com", "paypal.me", "checkout.stripe.com", "buy.stripe.com", "checkout.shopify.com",
    "shop.app", "pay.amazon.com", "klarna.com", "sofort.com", "giropay.de", "adyen.com", "checkoutshopper-live.adyen.com",
    "worldpay.com", "authorize.net", "braintreegateway.com", "mollie.com", "2checkout.com", "squareup.com", "venmo.com",
    "cash.app", "wise.com", "revolut.com", "mercadopago.com", "mercadopago.com.ar", "redsys.es", "bizum.es", "ideal.nl",
    "cardinalcommerce.com", "arcot.com", "3dsecure.io", "securesuite.net", "verifiedbyvisa.com", "rsa3dsauth.com",
    "vault.bitwarden.com", "vault.bitwarden.eu", "my.1password.com", "my.1password.eu", "lastpass.com", "app.dashlane.com",
    "pass.proton.me", "passwords.google.com", "keepersecurity.com", "nordpass.com", "account.proton.me",
)  # fmt: skip
_LABELS = re.compile(
    r"(?:log-?in|sign-?in|sso|auth|oauth2?|idp|iam|identity|accounts?|checkout|pay|payments?|secure-?pay|secure[0-9]?|acs\d?|3ds\d?|"
    r"onlinebanking|online-banking|banking|ebanking|netbanking|kasse|anmelden|login-[\w-]{1,20}|[\w-]{1,20}-login)\Z"
)
_SEGMENT = re.compile(
    r"(?:(?:user|users|account|customer|member|admin|wp|my|do|ajax)?[-_]?(?:log-?_?in|log-?_?on|sign-?_?in|sign-?_?up|register|registration)"
    r"|sso|oauth2?|authorize|authenticate|authentication|sign_in|sign_up|password(?:_|-)?(?:reset|change|new|edit)?|passwords"
    r"|(?:re)?set-?_?password|forgot-?_?password|change-?_?password|2fa|mfa|otp|totp|two-?_?factor(?:-?_?auth(?:entication)?)?|challenge|verify-?_?identity"
    r"|checkouts?|payments?|pay|billing|payment-?methods?|add-?card|credit-?card|3-?d-?secure|3ds2?|acs|place-?order"
    r"|anmelden|anmeldung|einloggen|registrieren|passwort(?:-vergessen)?|kasse|bezahlen|zahlung|zahlungsart|warenkorb-kasse"
    r"|iniciar-?sesion|acceder|acceso|contrasena|pago|pagos|pagar|finalizar-?compra|connexion|se-connecter|paiement|mot-de-passe"
    r"|accedi|pagamento|pagamentos|entrar|inloggen|afrekenen|betalen|zaloguj|logowanie|platnosc|webscr)\Z"
)
_SESSION = re.compile(r"(?:^|/)(?:sessions?/new|session/login|users/sign_in|account/login)(?:/|\Z)")
_ABOUT = re.compile(
    r"(?:^|/)(?:docs?|documentation|blog|wiki|blob|tree|raw|commit|commits|pull|issues|issue|questions|articles?|news|help|support|"
    r"guides?|reference|api|learn|tutorials?|manual|source|src|packages?|package|project|projects|search)(?:/|\Z)"
)
_ABOUT_HOST = re.compile(
    r"(?:docs?|developers?|dev|blog|wiki|help|support|learn|api|stackoverflow|superuser|en|de|es|fr|git)\Z"
)
_ENDING = re.compile(r"\.(?:php\d?|html?|aspx?|jsp|jsf|do|action|cgi|xhtml)\Z")
_SEPARATOR = re.compile(r"\s+[-–—|·•:›»]+\s+|\s*[|·•›»]\s*|:\s+")  # noqa: RUF001 - as pages write them
_TITLE = re.compile(
    r"(?:please |bitte )?(?:log ?-?in|sign ?-?in|log ?-?on|sign ?-?up|create (?:an |your )?account|log in or sign up|sign in or register)"
    r"(?: (?:to|with|into|bei|at) .{1,40}| required| page| or .{1,30})?"
    r"|(?:anmelden|anmeldung|einloggen|registrieren|login-seite|kundenlogin)(?: bei .{1,40})?"
    r"|(?:iniciar|inicia|inicio de) sesión(?: en .{1,40})?|acceder|identifícate|connexion|se connecter|identifiez-vous|accedi|accesso"
    r"|entrar|iniciar sessão|fazer login|inloggen|zaloguj się|logowanie|logga in|log ind|kirjaudu|přihlášení|giriş yap|войти|вход|登录|登入|ログイン|로그인"
    r"|(?:secure |safe |guest )?checkout|payment(?: (?:details|method|information|page))?|pay(?: now| with .{1,30})|billing(?: information)?"
    r"|kasse|zur kasse|zahlung|bezahlen|zahlungsart|bezahlung|pago|finalizar compra|método de pago|paiement|pagamento|afrekenen|betalen"
    r"|3-?d ?-?secure(?: .{0,30})?|verified by visa|mastercard (?:securecode|identity check)|visa secure|securecode"
    r"|(?:reset|change|forgot|create|set|update)(?: your| a| new)* password\??|passwort (?:vergessen\??|zurücksetzen|ändern)"
    r"|(?:restablecer|cambiar) (?:la |tu )?contraseña|mot de passe oublié ?\??"
    r"|two-factor authentication|2-step verification|two-step verification|verify (?:your identity|it['’]s you)|zwei-faktor-authentifizierung"  # noqa: RUF001
    r"|online-?banking|e-banking|.{1,30} online-banking|enter (?:your )?(?:password|code|pin)",
)


def asks(url: SplitResult | None, title: str) -> bool:
    """Whether a page asks for a password or a payment."""
    return (url is not None and _address_asks(url)) or titled(title)


def titled(title: str) -> bool:
    """Whether one part of a page's title is what such pages are called."""
    parts = _SEPARATOR.split(title.casefold()[:300])
    return any(_TITLE.fullmatch(part.strip(" .!…")) for part in parts)


def _address_asks(url: SplitResult) -> bool:
    host = (url.hostname or "").casefold()
    if any(host == known or host.endswith(f".{known}") for known in HOSTS):
        return True
    first = host.partition(".")[0]
    path = unquote(url.path).casefold()[:500]
    if _ABOUT_HOST.match(first) or _ABOUT.search(path):
        return False
    return bool(_LABELS.match(first)) or _path_asks(path) or _path_asks(_route(url.fragment))


def _path_asks(path: str) -> bool:
    segments = [_ENDING.sub("", part) for part in path.split("/") if part]
    near = {*segments[:3], *segments[-2:]}
    return any(_SEGMENT.match(part) for part in near) or _SESSION.search(path) is not None


def _route(fragment: str) -> str:
    """The path of a page that is one application: ``#/login?next=…``."""
    route = fragment.lstrip("!").partition("?")[0].casefold()
    return route if route.startswith("/") else ""
