"""How each kind of secret is met: values and the text around them, by form (typed, copied, url, title, command)."""

import base64
import string
from collections.abc import Callable

from tests.corpus.draw import BASE32, HEX, LOWER, URLSAFE, Draw
from tests.corpus.words import NO_URL, command, said

FORMS = ("typed", "copied", "url", "title", "command")

Maker = Callable[[Draw, str], tuple[tuple[str, ...], str]]


def password_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.password()
    if form == "command":
        text = command(draw, value)
        clean = value.translate(NO_URL)
        return ((value,) if value in text else (clean,)), text
    if form == "url":
        value = value.translate(NO_URL)
        return (value,), draw.one(
            f"https://bob:{value}@srv.example.org/x", f"https://example.org/do?user=bob&password={value}&x=1",
            f"https://example.org/signup?pwd={value}", f"ftp://anna:{value}@files.example.org:2121/",
            f"https://example.org/?next=%2Fa%3Fpassword%3D{value}%26b%3D1",
        )  # fmt: skip
    text = said(draw, value)
    return (value,), text.replace("\n", " ") if form in ("typed", "title") else text


def token_of(make: Callable[[Draw], str], *names: str) -> Maker:
    """A token in the texts in which tokens stand."""

    def maker(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
        value, name = make(draw), draw.one(*names)
        texts = {
            "typed": (f"{name}={value}", f"use {value} for the api", f"{value}", f"key is {value} ok?", f'{name}: "{value}"'),
            "copied": (value, f"{name}={value}\nDEBUG=1", f'{{"{name.lower()}": "{value}"}}', f"  {value}\n", f"{name}:\n  value: {value}",
                       f"Here is your new key:\n\n{value}\n\nKeep it safe."),
            "url": (f"https://api.example.org/v1/x?access_token={value}", f"https://example.org/cb#id_token={value}&state=1",
                    f"https://example.org/api?key={value}&q=a", f"https://{value}@git.example.org/a/b.git" if value.isalnum()
                    else f"https://oauth2:{value}@git.example.org/a/b.git"),
            "title": (f"{value} - Notepad", f"nano {name}={value}", f"curl -H 'X-Api-Key: {value}' — Konsole"),
            "command": (f"export {name}={value}", f"curl -H 'Authorization: Bearer {value}' https://api.example.org",
                        f"{name}={value} python a.py", f"gh auth login --with-token <<< {value}", f"tool --token {value} run",
                        f"tool login --api-key={value}", f'echo "{name}={value}" >> .env'),
        }  # fmt: skip
        return (value,), draw.one(*texts[form])

    return maker


def number_of(make: Callable[[Draw], tuple[tuple[str, ...], str]], *around: str) -> Maker:
    """A number in a sentence; ``%`` stands for it."""

    def maker(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
        values, shown = make(draw)
        text = draw.one(*around).replace("%", shown)
        if form == "url":
            text = f"https://example.org/pay?{draw.one('number', 'q', 'ref', 'n')}={shown.replace(' ', draw.one('+', '%20'))}&x=1"
            values = (*values, text.partition("=")[2].partition("&")[0])
        elif form == "command":
            text = draw.one(
                f"grep '{text}' notes.txt",
                f'echo "{text}" >> a.txt',
                f'curl -d "n={text}" https://x.example',
            )
        elif form == "title":
            text = f"{text} - Mousepad"
        return values, text.replace("\n", " ") if form in ("typed", "title") else text

    return maker


def card_of(draw: Draw) -> tuple[tuple[str, ...], str]:
    digits = draw.card()
    sizes = {15: (4, 6, 5), 14: (4, 6, 4)}.get(len(digits), (4, 4, 4, 4))
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    shown = draw.one(
        digits, " ".join(parts), " ".join(parts), "-".join(parts), "  ".join(parts), ".".join(parts)
    )
    return (digits, shown), shown


def iban_of(draw: Draw) -> tuple[tuple[str, ...], str]:
    value = draw.iban()
    shown = draw.one(value, draw.grouped(value), value.lower(), draw.grouped(value.lower()))
    return (value, shown), shown


def ssn_of(draw: Draw) -> tuple[tuple[str, ...], str]:
    value = f"{draw.random.randint(100, 665)}-{draw.random.randint(10, 99)}-{draw.random.randint(1000, 9999)}"
    return (value,), value


def code_of(draw: Draw) -> tuple[tuple[str, ...], str]:
    value = draw.of("123456789", 1) + draw.of(string.digits, draw.random.choice((5, 5, 5, 7)))
    return (value,), value


def code_text_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    (value,), _ = code_of(draw)
    split = f"{value[:3]} {value[3:]}" if len(value) == 6 and draw.random.random() < 0.3 else value
    text = draw.one(
        f"Your verification code is {split}", f"G-{value} is your Google verification code.", f"code is {value}",
        f"Ihr Bestätigungscode lautet {split}", f"Tu código de verificación es {split}", f"OTP: {value}", f"TAN {value}",
        f"Your login code: {split}. Do not share it.", f"Use {value} to verify your account", f"mTAN: {value} für Überweisung",
        f"Security code: {value}", f"{value} ist dein Code für PayPal", f"Dein Sicherheitscode ist {value}", f"Enter {value} to sign in",
        f"One-time password: {value}", f"2FA code {value}", f"Your Microsoft code: your security code is {value}", f"SMS-Code: {value}",
    )  # fmt: skip
    if form == "url":
        text = draw.one(
            f"https://example.org/verify?code={value}", f"https://example.org/a?otp={value}&b=1"
        )
    elif form == "command":
        text = draw.one(
            f"oathtool --totp; echo 'otp: {value}'", f"aws sts --otp {value}", f"echo '{text}'"
        )
    return (value, split), text


def seed_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    words = draw.seed()
    case = draw.one("lower", "lower", "Title", "UPPER")
    words = [
        {"lower": str.lower, "Title": str.title, "UPPER": str.upper}[case](word) for word in words
    ]
    joiner = draw.one(" ", " ", ", ", "\n", "  ")
    text = joiner.join(words)
    if draw.random.random() < 0.3:
        text = draw.one(" ", "\n").join(f"{number}. {word}" for number, word in enumerate(words, 1))
    text = draw.one("", "my seed: ", "Recovery phrase\n", "wallet backup - ") + text
    if form in ("typed", "title", "command"):
        text = " ".join(text.split())
    if form == "command":
        text = f"echo '{text}' > seed.txt"
    if form == "url":
        text = "https://example.org/restore?words=" + draw.one("+", "%20", "-").join(words)
        return ("+".join(words), "%20".join(words), "-".join(words)), text
    return (" ".join(words), text, *(" ".join(words[i : i + 6]) for i in range(0, 12, 6))), text


def key_of(name: str) -> Maker:
    def maker(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
        value = draw.pem(name)
        lines = tuple(line for line in value.splitlines() if not line.startswith("-"))
        flat = value.replace("\n", "\\n")
        if form == "command":
            return lines, draw.one(
                f"echo '{value}' > key.pem", f'export KEY="{flat}"', f"cat > k <<EOF\n{value}\nEOF"
            )
        if form == "title":
            return lines, value.replace("\n", " ") + " - gedit"
        return lines, draw.one(
            value,
            f"here:\n{value}\nthanks",
            f'{{"private_key": "{flat}"}}',
            f"  {value}",
            value[: len(value) * 2 // 3],
        )

    return maker


def link_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.one(
        draw.of(LOWER, 32),
        draw.of(URLSAFE, 40),
        draw.of(HEX, 40),
        f"c{draw.of(LOWER, 5)}-{draw.of(HEX, 32)}",
    )
    if value.startswith("-") or value.endswith("-"):
        value = f"a{value[1:-1]}9"
    link = draw.one(
        f"https://example.org/reset-password/{value}", f"https://example.org/accounts/password/reset/key/{value}/",
        f"https://example.org/reset?token={value}", f"https://example.org/users/password/edit?reset_password_token={value}",
        f"https://example.org/verify-email/{value}?lang=de", f"https://example.org/magic-link?t={value}", f"https://example.org/invite/{value}",
        f"https://s3.amazonaws.com/b/a.pdf?X-Amz-Date=20260101&X-Amz-Signature={value}", f"https://x.blob.core.windows.net/a?sv=2024&sig={value}%3D",
        f"https://example.org/passwort-vergessen/{value}", f"https://example.org/cb?code={value}&state=x", f"https://example.org/login;jsessionid={value}",
    )  # fmt: skip
    texts = {
        "typed": link,
        "url": link,
        "copied": f"Hi,\nclick here: {link}\nBye",
        "title": f"{link} - Mail",
        "command": f"curl -L '{link}'",
    }
    return (value,), texts[form]


def connection_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.password().translate(NO_URL)
    key = base64.b64encode(draw.random.randbytes(64)).decode()
    value, text = draw.random.choice(
        (
            (value, f"postgresql://app:{value}@db.example.org:5432/shop?sslmode=require"),
            (value, f"mongodb+srv://app:{value}@cluster0.example.mongodb.net/test"),
            (value, f"Server=db;Database=shop;User Id=sa;Password={value};Encrypt=true"),
            (value, f"jdbc:mysql://db/shop?user=app&password={value}"),
            (value, f"amqp://app:{value}@mq:5672/%2f"),
            (value, f"redis://:{value}@localhost:6379/0"),
            (value, f"app:{value}@tcp(127.0.0.1:3306)/shop"),
            (value, f"Data Source=db;Uid=app;Pwd={value};"),
            (
                key,
                f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={key};EndpointSuffix=core.windows.net",
            ),
            (
                key,
                f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={key}",
            ),
        )
    )
    texts = {
        "typed": text,
        "copied": f"DATABASE_URL={text}\nPORT=80",
        "title": f"{text} - DBeaver",
        "command": f"export DATABASE_URL='{text}'",
    }
    if form == "url":
        text = f"https://app:{value.replace('/', 'a')}@db.example.org/"
        return (value.replace("/", "a"),), text
    return (value,), texts[form]


def basic_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = base64.b64encode(f"bob:{draw.password()}".encode()).decode()
    texts = {
        "typed": f"Authorization: Basic {value}", "copied": f"GET / HTTP/1.1\nHost: a\nAuthorization: Basic {value}\nAccept: */*",
        "title": f"Basic {value} - Postman", "command": f"curl -H 'authorization: basic {value}' https://x.example",
    }  # fmt: skip
    return (value,), texts[form]


def cookie_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.of(HEX, 40)
    name = draw.one("sessionid", "PHPSESSID", "connect.sid", "SID")
    texts = {
        "typed": f"cookie: {name}={value}",
        "copied": f"Cookie: lang=de; {name}={value}\nAccept: */*",
        "command": f"curl -H 'Cookie: {name}={value}' https://x.example",
    }
    return (value,), texts[form]


def setup_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.of(BASE32, 31) + "7"
    uri = f"otpauth://totp/Example:bob?secret={value}&issuer=Example"
    texts = {
        "typed": draw.one(f"2fa secret {value}", f"totp setup key: {draw.grouped(value.lower()).replace(chr(160), ' ')}"), "copied": draw.one(uri, f"Setup key\n{value}"),
        "url": uri, "title": uri, "command": draw.one(f"oathtool --totp -b {value}", f"qrencode '{uri}'"),
    }  # fmt: skip
    return tuple(
        {value, value.lower(), *([texts[form].split(": ")[1]] if ": " in texts[form] else [])}
    ), texts[form]


def recovery_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    codes = [
        f"{draw.of(LOWER, 4)}{draw.random.randint(0, 9)}-{draw.random.randint(0, 9)}{draw.of(LOWER, 4)}"
        for _ in range(8)
    ]
    head = draw.one(
        "Recovery codes", "Your backup codes:", "GitHub recovery codes:", "Wiederherstellungscodes:"
    )
    text = f"{head}\n" + "\n".join(codes) if form == "copied" else f"{head} " + " ".join(codes)
    return tuple(codes), text


def env_of(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value, name = (
        draw.password(),
        draw.one(
            "SMTP_PASSWORD",
            "DB_PASS",
            "APP_SECRET",
            "JWT_SECRET",
            "ADMIN_PWD",
            "MAIL_TOKEN",
            "SECRET_KEY_BASE",
        ),
    )
    quote = draw.one("", '"', "'")
    text = f"{name}={quote}{value}{quote}"
    return (value,), f"APP_ENV=prod\n{text}\nPORT=3000" if form == "copied" else text
