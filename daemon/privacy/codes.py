"""One-time codes and what they are made from, known by the words around them (as services send them).

A bare number is no code: "error code 10060" and "zip code 12345" stay.
"""

from daemon.privacy.rule import DIGITS, Rule, mixed, shape

_CODE = r"(?<![\w.,/-])(?:[A-Z]{1,2}-)?(?P<secret>\d{4,10}|\d{3}[ -]\d{3,4}|\d{2}(?:[ -]\d{2}){2,3}|(?=[A-Z0-9-]{0,9}\d)[A-Z0-9]{4,8}(?:-[A-Z0-9]{3,8})?)(?![\w-]|[.,]\d)"
_CALLED = (
    r"(?:verification|security|log-?in|sign-?in|sms|confirmation|access|one[- ]?time|auth(?:entication|orization)?|"
    r"activation|reset|recovery|2fa|mfa|two[- ]factor|your|the|this|dein|ihr|bestätigungs|sicherheits|anmelde|"
    r"einmal|prüf|zugangs|freigabe|aktivierungs|verifizierungs|tu|su|my|mein)"
)
_IS = r"[)\]]?(?:[ \t]{0,3}(?:(?:is|ist|lautet|es|est|war|was|será|é):?|[:=#–—-])[ \t\r\n]{0,3}(?:\*{0,2})|[ \t]{1,3})"  # noqa: RUF001 - dashes as people type them

# What every sentence with a code has: its name, what may stand between, and a digit soon.
_NEEDS = (
    r"(?:codes?|pin|passwor[td]|c[oó]digo|kennwort|token|tan|otp|2fa|mfa|authenticator|passcode|codice|kod|verificación|"
    r"seguridad|acceso|verifica|weryfikacyjny|number|nummer)[)\]]?[ \t]{0,5}(?:(?:is|ist|lautet|es|est|war|was|será|é):?|[:=#–—-])?"  # noqa: RUF001
    r"[ \t\r\n]{0,5}\*{0,2}(?:[a-z]{1,2}-)?[a-z0-9-]{0,9}\d"
)
_SEED = r"(?:otp|2fa|mfa|authenticator|two-factor|set-?up key|einrichtungsschlüssel|secret|shared key|clave)[^\n]{0,40}[\s:=\"'](?:[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3}|[a-z2-7]{16})"


def _no_word(text: str) -> bool:
    return any(char.isdigit() for char in text)


CODES: tuple[Rule, ...] = (
    shape("one-time code", r"(?i)otpauth(?:-migration)?://[^\s\"'<>\x1e]+", "otpauth"),
    shape("one-time code", rf"(?i:(?<![a-z]){_CALLED}[ \t_-]{{0,2}}(?:code|codes|pin|passcode|passwort|password|código|codigo|kennwort|token|tan){_IS}){_CODE}", *DIGITS, needs=_NEEDS),
    shape("one-time code", rf"(?i:(?<![a-z])(?:otp|totp|2fa|mfa|authenticator|tan|mtan|smstan|passcode|einmalpasswort|bestätigungscode|sicherheitscode|prüfcode|verifizierungscode|codice|kod|código|codigo)(?:[ -](?:code|de (?:verificación|seguridad|acceso)|di verifica|weryfikacyjny))?{_IS}){_CODE}", *DIGITS, needs=_NEEDS),
    shape("one-time code", r"(?i:(?<!error )(?<!exit )(?<!status )(?<!zip )(?<!postal )(?<!area )(?<!return )(?<!country )(?<!source )(?<!http )(?<!qr )(?<!response )(?<!product )(?<!color )(?<!key )(?<!sort )(?<!post)(?<![a-z])code(?:[ \t]{0,2}(?:is|ist|lautet|es|est|:)[ \t]{0,3}|[ \t](?=\d{6}(?!\d))))(?P<secret>\d{5,8}|\d{3}[ -]\d{3})(?![\w-]|[.,]\d)", *DIGITS, needs=_NEEDS),
    shape("one-time code", r"(?i:(?<![a-z])pin(?:[ -]?(?:code|number|nummer))?[ \t]{0,2}(?:is|ist|lautet|es|est|[:=]|(?<=[ \t]))[ \t]{0,3})(?P<secret>\d{4,8})(?![\w-]|[.,]\d)", *DIGITS, needs=_NEEDS),
    shape("one-time code", r"(?i)(?<![\w.,-])(?:[a-z]-)?(?P<secret>\d{4,8}|\d{3}[ -]\d{3})[ \t]{1,2}(?:is|ist|es|lautet|est|ist der|is the)[ \t](?:your|dein|deine|ihr|ihre|tu|su|votre|il tuo|my|mein)(?!\w)", *DIGITS, needs=r"\d{3}[ \t]{1,2}(?:is|ist|es|lautet|est)[ \t]"),
    shape("one-time code", r"(?i)(?<!\w)(?:use|enter|type|verwenden sie|verwende|gib|geben sie|usa|introduce|saisissez)[ \t](?:the[ \t]|den[ \t]|el[ \t])?(?:code[ \t]|código[ \t])?(?:[a-z]-)?(?P<secret>\d{4,8}|\d{3}[ -]\d{3})[ \t](?:to|as|for|als|zum|um|para|como|pour)(?!\w)", *DIGITS, needs=r"(?:use|enter|type|sie|verwende|gib|usa|introduce|saisissez)[ \t](?:the[ \t]|den[ \t]|el[ \t])?(?:code[ \t]|código[ \t])?(?:[a-z]-)?\d{3}"),
    # what codes are made from: base32, as the setup page shows it
    shape("one-time code", r"(?i:(?:totp|otp|2fa|mfa|authenticator|two-factor|setup key|set-up key|einrichtungsschlüssel|secret key|secret|shared key|clave)[^\n]{0,40}?[\s:=\"'])(?P<secret>[A-Za-z2-7]{4}(?:[ -][A-Za-z2-7]{4}){3,15}(?![\w])|(?=[A-Z2-7]{0,40}[2-7])[A-Z2-7]{16,64}(?![\w]))", *DIGITS, holds=lambda match: _no_word(match["secret"]), needs=_SEED),
    # codes to use when the telephone is lost: as many as stand in a row
    shape("recovery key", r"(?i)(?:recovery|backup|back-up|wiederherstellungs|ersatz|notfall|scratch)[ -]?(?:codes?|keys?)[^\w\n]{0,4}(?P<secret>(?:[\s,;*]{0,4}(?:\d{1,2}[.)][ \t]{1,2})?(?=[a-z0-9-]{0,30}\d)[a-z0-9]{4,12}(?:[ -][a-z0-9]{4,12}){0,5}){1,20})", *DIGITS, holds=lambda match: mixed(match["secret"]) or len(match["secret"]) >= 6, needs=r"(?:recovery|backup|back-up|wiederherstellungs|ersatz|notfall|scratch)[ -]?(?:code|key)"),
)  # fmt: skip
