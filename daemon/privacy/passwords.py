"""Values that stand behind a name for a secret: ``password: …``, ``"token": "…"``, ``DB_PASSWORD=…``.

A strong name (password, Passwort, contraseña, …) makes any value a secret that is not plainly code, a type
or a reference; a weak one (token, key, pin, …) only a value that looks drawn at random. On doubt the value
goes: a word too many in a mark is cheaper than a password on the disk.
"""

import re

from daemon.privacy.rule import Rule, mixed, named, shape

# Names in the languages that our users write in; within a longer name, too: dbPassword, MYSQL_ROOT_PASSWORD.
STRONG = (
    r"pass word|p/w|passwor[dt]s?|passwd|passwrd|passphrase|pass[ _-]?phrase|pass[ _-]?code|pswd|kennwort|passwört(?:er)?|pass-?word|"
    r"contraseña|contrasena|contrasenya|mot[ _-]de[ _-]passe|motdepasse|senha|wachtwoord|has[łl]o|parola d'ordine|"
    r"lösenord|adgangskode|salasana|heslo|jelszó|şifre|пароль|密码|密碼|パスワード|비밀번호|geheimnis|"
    r"client[ _-]?secret|api[ _-]?secret|app[ _-]?secret|secret[ _-]?(?:access[ _-]?)?key|shared[ _-]?secret|signing[ _-]?secret|"
    r"(?<=[a-z0-9]_)pass|requirepass|storepass|keypass|masterauth|_authtoken|connection[ _-]?password"
)
WEAK = (
    r"token|secret|pass|pwd|pw|passw|psk|pin|puk|key|clave|chave|clé|auth|bearer|jwt|credentials?|creds|schlüssel|geheim|mdp|"
    r"zugangsdaten|losung|api[ _-]?key|apikey|access[ _-]?key|auth[ _-]?key|private[ _-]?key|encryption[ _-]?key|license[ _-]?key|"
    r"sess(?:ion)?[ _-]?id|sessid|authorization|passkey|login"
)
_QUALIFIED = r"(?:[ \t]{1,2}(?:nueva|nuevo|neu|new|old|alt|wifi|wlan|root|admin|temporal|actual|provisional|temporary|initial|again|confirm))?"
_TAIL = r"(?:[ _-]?(?:value|plain|text|string|str|base|\d{1,3}))?"
_WEAK_START = r"(?:(?<![A-Za-zÀ-ÿ])|(?<=[a-z0-9])(?=[A-Z]))"
_CLOSE = r"[\"'\]`*]{0,3}"
_TO = r"(?:[ \t]?\[[^\]\n\x1e]{0,30}\]|[ \t]?\([^)\n\x1e]{0,30}\))?[ \t|]{0,4}(?::=|=>|==?|[:：=])[ \t]{0,4}"  # noqa: RUF001 - as Chinese and Japanese write it
_QUOTED = r"\"(?P<escaped>(?:[^\"\\\n\x1e]|\\[^\n\x1e]){1,4000})\"|\"(?P<double>[^\"\n\x1e]{1,4000})\"|'(?P<single>[^'\n\x1e]{1,4000})'|`(?P<back>[^`\n\x1e]{1,4000})`|„(?P<low>[^“”\"\n\x1e]{1,4000})[“”\"]|«[ ]?(?P<angle>[^»\n\x1e]{1,4000})»"
_BARE = r"(?P<bare>[^\s\x1e\"'`]\S{0,3999})"
_CHOSEN = re.compile(
    r"(?i)secret|pass|pwd|pw|passw|psk|pin|puk|clave|chave|clé|mdp|geheim|losung|login|zugangsdaten|creds|credentials?"
)
_CODE_VALUE = re.compile(
    r"[$%{<(\[|!&*@]"  # a reference, a place-holder, the beginning of code
    r"|(?:str|string|text|none|null|nil|true|false|bool|boolean|int|integer|number|any|undefined|bytes|required|optional|"
    r"void|type|object|array|list|dict|input|password|passwort|secret|token|varchar|char|hidden|empty|new|await|function|"
    r"return|not|required|missing|invalid|wrong|yes|no|ja|nein|sí|unset|default|auto|redacted|self|this)(?![\w-])"
    r"|[A-Za-z_$][\w$.]*(?:[(\[](?:['\"$]|[)\]]|[A-Za-z_][\w.]*[,)\]=]|[A-Za-z_][\w.]*\Z|\Z)|\{[a-z-]+:)"
    r"|:[A-Za-z_]\w*[,;)]*\Z"
    r"|(?:self|this|req|request|os|process|config|settings|env|form|user|args|opts|options|params|data|props|state|ctx|"
    r"cfg|conf|creds|credentials|session|response|res|body|app|event|[a-z])\.[A-Za-z_]"
    r"|[A-Za-z_]*(?:password|passwd|passwort|secret|token|pwd|key)[A-Za-z_]*[,;)\]}]*\Z"
    r"|[rb]?f[rb]?[\"']|[A-Za-z_]\w*\.\w+[\[(.]|[A-Z][a-z]+\[|\.{2,}|\*{2,}|•|x{3,}\Z|[-=_.,:;/\\#>]+\Z",
    re.I,
)
_PLACE = re.compile(r"(?:~|\.{0,2})/[\w./~-]*\Z|[A-Za-z]:\\|https?://[^\s:@]*\Z", re.I)
_CODE_SIGN = re.compile(r"[)}\]];|\}=|;(?:return|var|let|const|if|for)(?!\w)|=>|\(\)")
_REFERENCE = re.compile(
    r"(?:os|process|env|System|ENV|config|settings|import\.meta|getenv|secrets)(?:\.[a-zA-Z]|\[|\()"
)
_ENDS = ".,;:)]}>!?"


def _value(match: re.Match[str]) -> tuple[str, bool]:
    """What stands behind the name, and whether in quotes."""
    for name in ("escaped", "double", "single", "back", "low", "angle"):
        if match.groupdict().get(name) is not None:
            return match[name], True
    return match["bare"].rstrip(_ENDS), False


def _is_code(value: str) -> bool:
    return not value or bool(_CODE_VALUE.match(value) or _CODE_SIGN.search(value))


def _is_place(value: str) -> bool:
    """Whether a value is a path or an address, and no base64 that begins with a slash."""
    drawn = len(value) >= 32 and mixed(value) and value.count("/") < 5
    return _PLACE.match(value) is not None and not (drawn and value.lower() != value)


def _strong(match: re.Match[str]) -> bool:
    value, quoted = _value(match)
    if quoted:
        return not re.fullmatch(r"[$%{<].*|\*+|\.+|\s*", value)
    return not _is_code(value) and not _is_place(value)


def _said(match: re.Match[str]) -> bool:
    """Behind "is" or a line break a word may be a word: a password has something of a password."""
    value, quoted = _value(match)
    return (quoted and " " not in value) or (not _is_code(value) and _drawn(value, 4))


def _weak(match: re.Match[str]) -> bool:
    value, quoted = _value(match)
    if not quoted and (_is_code(value) or _is_place(value)):
        return False
    if not quoted and not _CHOSEN.fullmatch(match["_weak"]):
        value = re.split(r"[,;&{}()<>]", value, maxsplit=1)[0]  # what follows is another name's
    return len(value) >= 6 and " " not in value and _drawn(value, 6)


def _set(match: re.Match[str]) -> bool:
    """A variable of the shell: any value but a reference and a path."""
    value, quoted = _value(match)
    if not quoted and _is_place(value):
        return False
    if (
        re.match(r"[$%{<(]|[A-Za-z_.]+\([\"')]", value)
        or (not quoted and _REFERENCE.match(value))
        or value.lower() in _NOTHING
    ):
        return False
    return match["_name"].upper() not in ("PWD", "OLDPWD") and (
        match["_weak"] is None or (len(value) >= 6 and _drawn(value, 6))
    )


_NOTHING = frozenset(("", "true", "false", "yes", "no", "null", "none", "0", "1"))


def _drawn(value: str, least: int) -> bool:
    """Whether a value looks like a password or a token: digits with letters, or signs, or odd capitals."""
    core = value.strip("\"'")
    if len(core) < least:
        return False
    signs = sum(not char.isalnum() and char not in "-_./:,;()[]{}<>\\" for char in core)
    odd = re.search(r"[a-z][A-Z]", core) is not None and re.fullmatch(r"[A-Za-z]+", core) is None
    return mixed(core) or signs > 0 or odd or (core.isdigit() and len(core) >= 4)


_ANY = f"(?:{_QUOTED}|{_BARE})"
# What each of the names begins with.
_STRONG_NAMES = (
    "pass", "p/w", "pswd", "kennwort", "contrase", "mot", "senha", "wachtwoord", "hasło", "haslo", "parola", "lösenord",
    "adgangskode", "salasana", "heslo", "jelszó", "şifre", "пароль", "密码", "密碼", "パスワード", "비밀번호", "geheimnis",
    "client", "api", "app", "secret", "shared", "signing", "requirepass", "storepass", "keypass", "masterauth",
    "_authtoken", "connection",
)  # fmt: skip
_WEAK_NAMES = (
    "token", "secret", "pass", "pwd", "pw", "psk", "pin", "puk", "key", "clave", "chave", "clé", "auth", "bearer", "jwt",
    "cred", "schlüssel", "geheim", "mdp", "zugangsdaten", "losung", "sess", "login", "api", "access", "private",
    "encryption", "license",
)  # fmt: skip

_NO_PASSWORD = re.compile(
    r"(?i)(?:sha-?\d+|md[45]|base(?:16|32|58|64)|argon2\w*|scrypt|pbkdf2\w*|utf-?\d+|ntlmv\d|oauth\d?|win\d+|v?\d[\d.]*\w?|"
    r"python\d.*|[\w/-]+\.(?:py|js|tsx?|md|txt|html?|php|java|go|rs|c|h|cpp|json|ya?ml|png|pdf|sh)\W*|[\w-]+[(\[].*)\Z"
)


def _beside(match: re.Match[str]) -> bool:
    """Right behind the name, with no sign between: only what looks like a password, not like a word."""
    value, quoted = _value(match)
    least = 6 if match["_long"] is None else 16
    drawn = mixed(value) and len(value) >= least and " " not in value and not _is_code(value)
    if match["_long"] is not None and sum(map(str.isdigit, value)) < 4:
        return False
    return drawn and (quoted or not (_is_place(value) or _NO_PASSWORD.match(value)))


def _is_phrase(match: re.Match[str]) -> bool:
    return not _is_code(match["secret"])


def _is_login(match: re.Match[str]) -> bool:
    """Behind a mail address: a password, and no date, number or word."""
    value = match["secret"]
    plain = re.match(r"[A-Za-z0-9!#$%&*+_.?-]+\Z", value) is not None
    return (
        plain
        and mixed(value)
        and not re.match(r"[\d.:/-]+\Z|\d{4}-", value)
        and not _NO_PASSWORD.match(value)
    )


# One of these is part of every strong name.
_WORDS = (
    "pass", "secret", "p/w", "pswd", "kennwort", "contrase", "senha", "wachtwoord", "hasło", "haslo", "parola d", "lösenord",
    "adgangskode", "salasana", "heslo", "jelszó", "şifre", "пароль", "密", "パスワード", "비밀번호", "geheimnis", "masterauth",
    "_authtoken",
)  # fmt: skip
_LIKE = (  # what each of `STRONG` holds
    r"pass(?:[ -]?word|w[oö]r|wd|wrd|[ _-]?phrase|[ _-]?code)|e[ _-]?passe|_pass|[ey]pass|p/w|pswd|kennwort|contrase|senha|"
    r"wachtwoord|has[łl]o|parola d|lösenord|adgangskode|salasana|heslo|jelszó|şifre|пароль|密[码碼]|パスワード|비밀번호|geheimnis|"
    r"[tipdg][ _-]?secret|secret[ _-]?(?:access[ _-]?)?key|masterauth|_authtoken"
)
_ASSIGNED = (":", "=", "：")  # noqa: RUF001
_BESIDE = (  # long ones in a row of signs; after other names anything
    rf"{_LIKE}|pw|psk|mdp|clave|wpa|pass\."
    r"|(?:key|token|secret|bearer)(?s:.{0,40}?)[^ \n]{16}"
)

PASSWORDS: tuple[Rule, ...] = (
    named("password", rf"(?i:{STRONG}){_TAIL}{_QUALIFIED}{_CLOSE}{_TO}{_ANY}", *_STRONG_NAMES, holds=_strong, hints=_WORDS, needs=_LIKE),
    named("password", rf"(?i:(?:{STRONG}){_TAIL}|(?<![a-z])(?:pw|pwd|pass|mdp|clave|pin)){_QUALIFIED}[ \t]{{1,3}}(?i:is|ist|lautet|es|est|is:|ist:|lautet:|war|was|será|è|é|:|will be|wird|now is|now)[ \t]{{1,3}}{_ANY}", *_STRONG_NAMES, "pw", "mdp", "clave", "pin", holds=_said, hints=(*_WORDS, "pw", "mdp", "clave", "pin"), needs=rf"{_LIKE}|(?:pwd?|pass|mdp|clave|pin){_QUALIFIED}[ \t]{{1,3}}(?:is|ist|lautet|es|est|war|was|será|è|é|:|will be|wird|now)[: \t]"),
    named("password", rf"(?:(?i:{STRONG}){_TAIL}|(?<![A-Za-z])(?i:pw|pwd|clave|mdp)){_CLOSE}[ \t]{{0,3}}[:：=]?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,8}}){{1,2}}{_ANY}", *_STRONG_NAMES, "pw", "clave", "mdp", holds=_said, hints=("\n",), needs=rf"{_LIKE}|(?:pwd?|clave|mdp){_CLOSE}[ \t]{{0,3}}[:：=]?[ \t]{{0,3}}\r?\n"),  # noqa: RUF001
    named("password", rf"(?i:pass[ _-]?phrase|mantra){_CLOSE}[ \t]{{0,3}}(?::|=|\bis\b|\bist\b)[ \t]{{0,3}}(?P<line>[^\n\x1e]{{4,120}})", "pass", "mantra", holds=lambda match: not _is_code(match["line"]), needs=r"pass[ _-]?phrase|mantra"),
    named("password", rf"{_WEAK_START}(?P<_weak>(?i:{WEAK})){_TAIL}{_CLOSE}{_TO}{_ANY}", *_WEAK_NAMES, holds=_weak, hints=_ASSIGNED, needs=rf"(?:{WEAK}){_TAIL}{_CLOSE}{_TO}"),
    # a variable of the shell or of an .env file, in capitals
    shape("password", rf"(?<![\w$])(?P<_name>(?:[A-Z][A-Z0-9_]{{0,60}})?(?:PASS(?:WORD|WD|PHRASE|WORT|CODE)?|PWD|SECRET|TOKEN|CREDENTIALS|(?P<_weak>KEY|AUTH|DSN|SALT|PIN|COOKIE|HASH|ID)))[A-Z0-9_]{{0,12}}[ \t]{{0,1}}=[ \t]{{0,1}}{_ANY}", "=", holds=_set, needs=r"(?:pass|pwd|secret|token|credentials|key|auth|dsn|salt|pin|cookie|hash|id)[a-z0-9_]{0,20}[ \t]?="),
    # markup, and the spoken forms of lists: login and password side by side
    shape("password", rf"<(?:[\w.-]{{1,20}}:)?(?i:[\w.-]{{0,30}}?(?:{STRONG}|token|secret|api-?key))(?:\s[^<>]{{0,80}})?>(?P<secret>[^<>\s\x1e][^<>\x1e]{{0,200}})</", "</"),
    shape("password", r"(?i)\b(?:login|user(?:name)?|benutzer(?:name)?|account|usuario)[ \t]{0,2}/[ \t]{0,2}(?:pass(?:word|wort)?|pw|kennwort|contraseña)[ \t]{0,2}[:=][ \t]{0,2}\S{1,60}[ \t]{0,2}[/,:][ \t]{0,2}(?P<secret>[^\s\x1e]{3,})", "/", needs=r"(?:login|user(?:name)?|benutzer(?:name)?|account|usuario)[ \t]{0,2}/[ \t]{0,2}(?:pass|pw|kennwort|contraseña)"),
    shape("password", r"(?i)\blogin[ \t]{1,4}\S{1,60}[ \t\r\n]{1,8}password[ \t]{1,4}(?P<secret>[^\s\x1e]{2,})", *_WORDS),  # .netrc
    shape("password", r"(?i)\b(?:identified[ \t]{1,3}by|(?:with|encrypted|set)[ \t]{1,3}password(?:[ \t]{1,3}for[ \t]{1,3}\S{1,40})?)[ \t]{1,3}(?:=[ \t]{0,3})?(?:password[ \t]{0,2}\()?[ \t]{0,2}['\"](?P<secret>[^'\"\n\x1e]{1,200})", "identified", "password", needs=rf"identified[ \t]|{_LIKE}"),
    shape("password", r"(?i)\bpassword[ \t]{0,2}\([ \t]{0,2}['\"](?P<secret>[^'\"\n\x1e]{3,200})['\"][ \t]{0,2}\)", *_WORDS),
    shape("password", r"(?m)^[^\s:]{3,80}:(?:\d{2,5}|\*):[^\s:]{1,60}:[^\s:]{1,60}:(?P<secret>[^\s\x1e]{3,200})$", ":", needs=r":(?:\d{2,5}|\*):[^\s:]{1,60}:[^\s:]{1,60}:"),  # .pgpass
    shape("password", r"(?<![\w.-])[\w.-]{1,40}:(?P<secret>[^\s:@/\x1e]{1,128})@(?:tcp|unix)\(", "@tcp(", "@unix("),
    # beside its name: "password hunter22", "pw hunter22", "api key 0123…"
    named("password", rf"(?:(?i:{STRONG})|(?<![A-Za-z])(?i:pw|pwd|psk|mdp|clave|pass\.|wpa[23]?(?:-psk)?)|(?<![A-Za-z])(?P<_long>(?i:api[ _-]?key|access[ _-]?key|private[ _-]?key|token|secret|key|bearer)))(?![A-Za-z]){_QUALIFIED}[ \t]{{0,3}}(?:[ \t](?i:is|ist|es)[ \t]|->|→|[–-][ \t]|:[ \t]?|[ \t])[ \t]{{0,2}}{_ANY}", *_STRONG_NAMES, *_WEAK_NAMES, "wpa", holds=_beside, hints=(*_WORDS, "pw", "psk", "mdp", "clave", "wpa", "key", "token", "bearer"), needs=_BESIDE),  # noqa: RUF001
    # several words, up to the end of the line
    named("password", rf"(?i:{STRONG}){_TAIL}{_QUALIFIED}{_CLOSE}[ \t]{{0,3}}[:=][ \t]{{1,3}}(?P<secret>[a-zäöüßáéíóúñ]{{2,14}}(?:[ \t-][a-zäöüßáéíóúñ]{{2,14}}){{2,7}})[ \t]*(?=\r?\n|\Z)", *_STRONG_NAMES, holds=_is_phrase, hints=_WORDS, needs=_LIKE),
    named("password", rf"(?i:{STRONG}){_TAIL}(?:[\"'][ \t]{{0,2}},[ \t]{{0,2}}|[ \t]{{1,3}})(?P<_quote>[\"'])(?P<secret>[^\"'\n\x1e]{{3,200}})(?P=_quote)", *_STRONG_NAMES, holds=_is_phrase, hints=_WORDS, needs=_LIKE),
    named("password", rf"(?i:{STRONG})[^<>\n\x1e]{{0,60}}?value=(?P<_quote>[\"'])(?P<secret>[^\"'\n\x1e]{{3,200}})(?P=_quote)", *_STRONG_NAMES, hints=_WORDS, needs=_LIKE),
    shape("password", r"(?i)\bu(?:ser)?[ \t]{0,2}[:=][ \t]{0,2}[^\s\x1e]{1,60}[ \t,;/]{1,4}p(?:w|ass|wd)?[ \t]{0,2}[:=][ \t]{0,2}(?P<secret>[^\s\x1e]{3,})", *_ASSIGNED, needs=r"u(?:ser)?[ \t]{0,2}[:=][ \t]{0,2}[^\s\x1e]{1,60}[ \t,;/]{1,4}p(?:w|ass|wd)?[ \t]{0,2}[:=]"),
    shape("password", r"WIFI:[^\n\x1e]{0,200}?P:(?P<secret>[^;\n\x1e]{3,80})", "wifi:"),
    shape("password", r"(?i)(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}(?:[:|;,/][ \t]?|[ \t]{1,3})(?P<secret>[^\s\x1e]{6,64})(?=\s|\Z)", "@", holds=_is_login, needs=r"@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}(?:[:|;,/][ \t]?|[ \t]{1,3})\S{6}"),
    shape("password", r"(?:setx|set[ \t]-[a-zA-Z]{1,3})[ \t]{1,3}\w{0,60}(?:PASS|PASSWORD|PASSWD|PWD|SECRET|TOKEN|KEY)\w{0,12}[ \t]{1,3}(?P<secret>'[^'\n\x1e]+'|\"[^\"\n\x1e]+\"|[^\s\x1e'\"$%]\S*)", "set", needs=r"(?:setx|set[ \t]-[a-z]{1,3})[ \t]"),
)  # fmt: skip
