"""Secrets as people meet them: random values, planted into the texts that they type, copy, open and run.

Seeded, so a failure comes again. No value is real: all are drawn here. The texts are written from what
consoles, mails, chats and notes look like, not from the rules that look for them.
"""

import base64
import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

FORMS = ("typed", "copied", "url", "title", "command")
ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
URLSAFE = ALNUM + "-_"
# A few hundred letters of BIP-39's English list would do; these 64 words are in it.
SEED_WORDS = (
    "abandon agree alpha amount anchor april artist autumn bacon balance banana beach bicycle bridge cabin candle "
    "canyon carbon cereal cherry circle citizen cactus dinosaur dolphin eagle elephant engine fabric famous forest "
    "garlic giraffe guitar hammer harvest island jungle kitchen ladder legend lemon lobster magnet marble mosquito "
    "muffin noodle oxygen paddle penguin piano planet pumpkin rabbit ribbon salmon scissors squirrel tornado "
    "umbrella velvet window zebra"
).replace("candle ", "").replace("penguin ", "").split()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """A secret and where it was planted.

    Attributes:
        kind: What it is.
        form: One of `FORMS`.
        values: Strings of which none may be found anywhere.
        text: What is typed, copied, opened, shown or run.
    """

    kind: str
    form: str
    values: tuple[str, ...]
    text: str


class Draw:
    """Draws values."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def of(self, letters: str, length: int) -> str:
        return "".join(self.random.choice(letters) for _ in range(length))

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def password(self) -> str:
        """As people choose them, and as programs make them."""
        word = self.one("Sommer", "tiger", "Madrid", "flughafen", "Blumen", "dragon", "manzana", "Kaffee", "sunshine")
        made = self.of(ALNUM + "!#%+=?*_-", self.random.randint(10, 18))
        return self.one(
            f"{word}{self.random.randint(10, 9999)}",
            f"{word}{self.one('!', '#', '_', '.')}{self.random.randint(1, 999)}{self.of(LOWER, 3)}",
            f"{word[:3]}{self.of(LOWER, 5)}{self.random.randint(0, 9)}{self.one('!', '?', '*')}",
            "x" + made.lstrip("-=?") + "7",
        )  # fmt: skip

    def card(self) -> str:
        prefix, length = self.random.choice(
            (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14))
        )
        body = prefix + self.of(string.digits, length - len(prefix) - 1)
        total = 0
        for place, digit in enumerate(reversed(body)):
            value = int(digit) * (2 if place % 2 == 0 else 1)
            total += value - 9 if value > 9 else value
        return body + str(-total % 10)

    def iban(self) -> str:
        land, body = self.random.choice(
            (
                ("DE", self.of(string.digits, 18)),
                ("ES", self.of(string.digits, 20)),
                ("AT", self.of(string.digits, 16)),
                ("GB", "BARC" + self.of(string.digits, 14)),
                ("NL", "ABNA" + self.of(string.digits, 10)),
                ("FR", self.of(string.digits, 23)),
            )
        )
        number = "".join(str(int(char, 36)) for char in f"{body}{land}00")
        return f"{land}{98 - int(number) % 97:02d}{body}"

    def grouped(self, text: str, size: int = 4) -> str:
        gap = self.one(" ", " ", "-", "\u00a0")
        return gap.join(text[i : i + size] for i in range(0, len(text), size))

    def jwt(self) -> str:
        def part(value: object) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        claims = {"sub": self.of(string.digits, 8), "exp": self.random.randint(10**9, 2 * 10**9)}
        return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{self.of(URLSAFE, 43)}"

    def pem(self, name: str) -> str:
        lines = "\n".join(self.of(ALNUM + "+/", 64) for _ in range(self.random.randint(3, 9)))
        return f"-----BEGIN {name}-----\n{lines}\n{self.of(ALNUM, 30)}==\n-----END {name}-----"

    def seed(self) -> list[str]:
        return [self.one(*SEED_WORDS) for _ in range(self.random.choice((12, 12, 15, 18, 24)))]


def _label(draw: Draw) -> str:
    return draw.one(
        "password", "Password", "PASSWORD", "pwd", "Passwort", "passwort", "Kennwort", "contraseña", "Contraseña",
        "mot de passe", "wifi password", "WLAN-Passwort", "root password", "db_password", "user.password", "Passphrase",
    )  # fmt: skip


def _said(draw: Draw, value: str) -> str:
    """A password in words, as in a note or a chat."""
    label = _label(draw)
    quote = draw.one("", "", "'", '"', "`")
    value = f"{quote}{value}{quote}"
    return draw.one(
        f"{label}: {value}", f"{label} = {value}", f"{label}={value}", f"{label} : {value}", f"{label}:\n{value}",
        f"the password is {value}", f"das Passwort ist {value} glaub ich", f"Dein Passwort lautet {value}",
        f"la contraseña es {value}", f"user: maria\n{label}: {value}\nhost: db1", f"login: bob\n{label}:   {value}",
        f"| {label} | : {value}" if label == "pwd" else f"- {label}: {value}", f'{{"user": "bob", "password": "{value.strip(quote)}"}}',
        f"neues {label}: {value}, bitte ändern", f"<password>{value}</password>",
    )  # fmt: skip


def _command(draw: Draw, value: str) -> str:
    """A password in a command line, as histories hold them."""
    user, host = draw.one("root", "bob", "admin"), draw.one("db1", "10.0.0.7", "srv.example.org")
    safe = value if all(char not in value for char in "!#*?&;") else f"'{value}'"
    return draw.one(
        f"mysql -u {user} -p{safe} shop", f"mysqldump -h {host} -u{user} --password={safe} shop > a.sql",
        f"PGPASSWORD={safe} psql -h {host} -U {user} shop", f"sshpass -p {safe} ssh {user}@{host}",
        f"curl -u {user}:{safe} https://{host}/api", f"curl --user '{user}:{value}' -X POST https://{host}/x",
        f"wget --user={user} --password={safe} https://{host}/f.zip", f"docker login -u {user} -p {safe} registry.{host}",
        f"echo {safe} | sudo -S systemctl restart nginx", f"echo '{value}' | docker login -u {user} --password-stdin",
        f"redis-cli -h {host} -a {safe} ping", f"openssl rsa -in a.pem -passin pass:{safe}",
        f"openssl enc -aes-256-cbc -k {safe} -in a -out b", f"ansible-playbook site.yml -e ansible_password={safe}",
        f"ansible all -m ping -e \"ansible_become_pass='{value}'\"", f"net use Z: \\\\srv\\share {value} /user:{user}",
        f"net user {user} {value} /add", f"export DB_PASSWORD={safe}", f"export MYSQL_PWD='{value}' && make run",
        f"smbclient //srv/share -U {user}%{value}", f"ldapsearch -x -D cn=admin -w {safe} -b dc=example",
        f"xfreerdp /v:{host} /u:{user} /p:{value}", f"7z a -p{safe} out.7z docs/", f"zip -P {safe} out.zip a.txt",
        f"mongosh --host {host} -u {user} -p {safe}", f"nmcli dev wifi connect Home password {safe}",
        f"wpa_passphrase Home {safe}", f"echo '{user}:{value}' | sudo chpasswd", f"htpasswd -b .htpasswd {user} {safe}",
        f"keytool -list -keystore a.jks -storepass {safe}", f"java -Dspring.datasource.password={safe} -jar a.jar",
        f"psql postgresql://{user}:{draw.of(ALNUM, 4)}x{value.translate(_NO_URL)}@{host}/shop", f"sqlcmd -S {host} -U sa -P {safe}",
        f"git clone https://{user}:{value.translate(_NO_URL)}@{host}/a.git", f"kubectl create secret generic db --from-literal=password={safe}",
        f"set DB_PASSWORD={value}", f"$env:DB_PASSWORD = '{value}'", f"gpg --batch --passphrase {safe} -d a.gpg",
        f"mysql --user={user} --password {safe}", f"ALTER USER {user} WITH PASSWORD '{value}';",
        f"CREATE USER '{user}'@'%' IDENTIFIED BY '{value}';", f"rabbitmqctl add_user {user} {safe}",
        f"ConvertTo-SecureString '{value}' -AsPlainText -Force",
    )  # fmt: skip


_NO_URL = str.maketrans("!#%+=?*", "abcdefg")

Maker = Callable[[Draw, str], tuple[tuple[str, ...], str]]


def _password(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.password()
    if form == "command":
        text = _command(draw, value)
        clean = value.translate(_NO_URL)
        return ((value,) if value in text else (clean,)), text
    if form == "url":
        value = value.translate(_NO_URL)
        return (value,), draw.one(
            f"https://bob:{value}@srv.example.org/x", f"https://example.org/do?user=bob&password={value}&x=1",
            f"https://example.org/signup?pwd={value}", f"ftp://anna:{value}@files.example.org:2121/",
            f"https://example.org/?next=%2Fa%3Fpassword%3D{value}%26b%3D1",
        )  # fmt: skip
    text = _said(draw, value)
    return (value,), text.replace("\n", " ") if form in ("typed", "title") else text


def _token(make: Callable[[Draw], str], *names: str) -> Maker:
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


def _number(make: Callable[[Draw], tuple[tuple[str, ...], str]], *around: str) -> Maker:
    """A number in a sentence; ``%`` stands for it."""

    def maker(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
        values, shown = make(draw)
        text = draw.one(*around).replace("%", shown)
        if form == "url":
            text = f"https://example.org/pay?{draw.one('number', 'q', 'ref', 'n')}={shown.replace(' ', draw.one('+', '%20'))}&x=1"
            values = (*values, text.partition("=")[2].partition("&")[0])
        elif form == "command":
            text = draw.one(f"grep '{text}' notes.txt", f"echo \"{text}\" >> a.txt", f"curl -d \"n={text}\" https://x.example")
        elif form == "title":
            text = f"{text} - Mousepad"
        return values, text.replace("\n", " ") if form in ("typed", "title") else text

    return maker


def _card(draw: Draw) -> tuple[tuple[str, ...], str]:
    digits = draw.card()
    sizes = {15: (4, 6, 5), 14: (4, 6, 4)}.get(len(digits), (4, 4, 4, 4))
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    shown = draw.one(digits, " ".join(parts), " ".join(parts), "-".join(parts), "  ".join(parts), ".".join(parts))
    return (digits, shown), shown


def _iban(draw: Draw) -> tuple[tuple[str, ...], str]:
    value = draw.iban()
    shown = draw.one(value, draw.grouped(value), value.lower(), draw.grouped(value.lower()))
    return (value, shown), shown


def _ssn(draw: Draw) -> tuple[tuple[str, ...], str]:
    value = f"{draw.random.randint(100, 665)}-{draw.random.randint(10, 99)}-{draw.random.randint(1000, 9999)}"
    return (value,), value


def _code(draw: Draw) -> tuple[tuple[str, ...], str]:
    value = draw.of("123456789", 1) + draw.of(string.digits, draw.random.choice((5, 5, 5, 7)))
    return (value,), value


def _code_text(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    (value,), _ = _code(draw)
    split = f"{value[:3]} {value[3:]}" if len(value) == 6 and draw.random.random() < 0.3 else value
    text = draw.one(
        f"Your verification code is {split}", f"G-{value} is your Google verification code.", f"code is {value}",
        f"Ihr Bestätigungscode lautet {split}", f"Tu código de verificación es {split}", f"OTP: {value}", f"TAN {value}",
        f"Your login code: {split}. Do not share it.", f"Use {value} to verify your account", f"mTAN: {value} für Überweisung",
        f"Security code: {value}", f"{value} ist dein Code für PayPal", f"Dein Sicherheitscode ist {value}", f"Enter {value} to sign in",
        f"One-time password: {value}", f"2FA code {value}", f"Your Microsoft code: your security code is {value}", f"SMS-Code: {value}",
    )  # fmt: skip
    if form == "url":
        text = draw.one(f"https://example.org/verify?code={value}", f"https://example.org/a?otp={value}&b=1")
    elif form == "command":
        text = draw.one(f"oathtool --totp; echo 'otp: {value}'", f"aws sts --otp {value}", f"echo '{text}'")
    return (value, split), text


def _seed(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    words = draw.seed()
    case = draw.one("lower", "lower", "Title", "UPPER")
    words = [{"lower": str.lower, "Title": str.title, "UPPER": str.upper}[case](word) for word in words]
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


def _key(name: str) -> Maker:
    def maker(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
        value = draw.pem(name)
        lines = tuple(line for line in value.splitlines() if not line.startswith("-"))
        flat = value.replace("\n", "\\n")
        if form == "command":
            return lines, draw.one(f"echo '{value}' > key.pem", f'export KEY="{flat}"', f"cat > k <<EOF\n{value}\nEOF")
        if form == "title":
            return lines, value.replace("\n", " ") + " - gedit"
        return lines, draw.one(value, f"here:\n{value}\nthanks", f'{{"private_key": "{flat}"}}', f"  {value}", value[: len(value) * 2 // 3])

    return maker


def _link(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.one(draw.of(LOWER, 32), draw.of(URLSAFE, 40), draw.of(HEX, 40), f"c{draw.of(LOWER, 5)}-{draw.of(HEX, 32)}")
    if value.startswith("-") or value.endswith("-"):
        value = f"a{value[1:-1]}9"
    link = draw.one(
        f"https://example.org/reset-password/{value}", f"https://example.org/accounts/password/reset/key/{value}/",
        f"https://example.org/reset?token={value}", f"https://example.org/users/password/edit?reset_password_token={value}",
        f"https://example.org/verify-email/{value}?lang=de", f"https://example.org/magic-link?t={value}", f"https://example.org/invite/{value}",
        f"https://s3.amazonaws.com/b/a.pdf?X-Amz-Date=20260101&X-Amz-Signature={value}", f"https://x.blob.core.windows.net/a?sv=2024&sig={value}%3D",
        f"https://example.org/passwort-vergessen/{value}", f"https://example.org/cb?code={value}&state=x", f"https://example.org/login;jsessionid={value}",
    )  # fmt: skip
    texts = {"typed": link, "url": link, "copied": f"Hi,\nclick here: {link}\nBye", "title": f"{link} - Mail", "command": f"curl -L '{link}'"}
    return (value,), texts[form]


def _connection(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.password().translate(_NO_URL)
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
            (key, f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={key};EndpointSuffix=core.windows.net"),
            (key, f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={key}"),
        )
    )
    texts = {"typed": text, "copied": f"DATABASE_URL={text}\nPORT=80", "title": f"{text} - DBeaver", "command": f"export DATABASE_URL='{text}'"}
    if form == "url":
        text = f"https://app:{value.replace('/', 'a')}@db.example.org/"
        return (value.replace("/", "a"),), text
    return (value,), texts[form]


def _basic(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = base64.b64encode(f"bob:{draw.password()}".encode()).decode()
    texts = {
        "typed": f"Authorization: Basic {value}", "copied": f"GET / HTTP/1.1\nHost: a\nAuthorization: Basic {value}\nAccept: */*",
        "title": f"Basic {value} - Postman", "command": f"curl -H 'authorization: basic {value}' https://x.example",
    }  # fmt: skip
    return (value,), texts[form]


def _cookie(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.of(HEX, 40)
    name = draw.one("sessionid", "PHPSESSID", "connect.sid", "SID")
    texts = {"typed": f"cookie: {name}={value}", "copied": f"Cookie: lang=de; {name}={value}\nAccept: */*", "command": f"curl -H 'Cookie: {name}={value}' https://x.example"}
    return (value,), texts[form]


def _setup(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value = draw.of(BASE32, 31) + "7"
    uri = f"otpauth://totp/Example:bob?secret={value}&issuer=Example"
    texts = {
        "typed": draw.one(f"2fa secret {value}", f"totp setup key: {draw.grouped(value.lower()).replace(chr(160), ' ')}"), "copied": draw.one(uri, f"Setup key\n{value}"),
        "url": uri, "title": uri, "command": draw.one(f"oathtool --totp -b {value}", f"qrencode '{uri}'"),
    }  # fmt: skip
    return tuple({value, value.lower(), *([texts[form].split(": ")[1]] if ": " in texts[form] else [])}), texts[form]


def _recovery(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    codes = [f"{draw.of(LOWER, 4)}{draw.random.randint(0, 9)}-{draw.random.randint(0, 9)}{draw.of(LOWER, 4)}" for _ in range(8)]
    head = draw.one("Recovery codes", "Your backup codes:", "GitHub recovery codes:", "Wiederherstellungscodes:")
    text = f"{head}\n" + "\n".join(codes) if form == "copied" else f"{head} " + " ".join(codes)
    return tuple(codes), text


def _env(draw: Draw, form: str) -> tuple[tuple[str, ...], str]:
    value, name = draw.password(), draw.one("SMTP_PASSWORD", "DB_PASS", "APP_SECRET", "JWT_SECRET", "ADMIN_PWD", "MAIL_TOKEN", "SECRET_KEY_BASE")
    quote = draw.one("", '"', "'")
    text = f"{name}={quote}{value}{quote}"
    return (value,), f"APP_ENV=prod\n{text}\nPORT=3000" if form == "copied" else text


MAKERS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "password": (_password, FORMS),
    "card": (_number(_card, "%", "card %", "Visa % exp 12/27", "Kreditkarte: %, CVV folgt", "pay with % please", "%\n12/28", "Nr. %."), FORMS),
    "iban": (_number(_iban, "%", "IBAN: %", "Konto % bei der Sparkasse", "transfer to % today", "(%)"), FORMS),
    "ssn": (_number(_ssn, "SSN: %", "my ssn is %", "social security number %", "% (SSN)"), FORMS),
    "one-time code": (_code_text, FORMS),
    "otp setup": (_setup, FORMS),
    "seed phrase": (_seed, FORMS),
    "recovery codes": (_recovery, ("typed", "copied")),
    "private key": (_key("RSA PRIVATE KEY"), ("copied", "title", "command")),
    "openssh key": (_key("OPENSSH PRIVATE KEY"), ("copied", "title", "command")),
    "pgp key": (_key("PGP PRIVATE KEY BLOCK"), ("copied", "command")),
    "jwt": (_token(Draw.jwt, "TOKEN", "JWT"), FORMS),
    "aws secret": (_token(lambda d: d.of(ALNUM + "+/", 39) + "7", "AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"), ("copied", "command")),
    "aws id": (_token(lambda d: d.one("AKIA", "ASIA") + d.of(string.ascii_uppercase + "234567", 16), "AWS_ACCESS_KEY_ID"), FORMS),
    "gcp key": (_token(lambda d: "AIza" + d.of(URLSAFE, 34) + "x", "GOOGLE_API_KEY", "apiKey"), FORMS),
    "slack token": (_token(lambda d: f"xoxb-{d.of(string.digits, 12)}-{d.of(string.digits, 12)}-{d.of(ALNUM, 24)}", "SLACK_TOKEN"), FORMS),
    "slack webhook": (_token(lambda d: f"https://hooks.slack.com/services/T{d.of(LOWER, 8).upper()}/B{d.of(LOWER, 8).upper()}/{d.of(ALNUM, 24)}", "HOOK"), ("typed", "copied", "title", "command")),
    "stripe key": (_token(lambda d: f"sk_live_{d.of(ALNUM, 24)}", "STRIPE_SECRET_KEY"), FORMS),
    "github token": (_token(lambda d: d.one("ghp_", "gho_", "ghs_") + d.of(ALNUM, 36), "GITHUB_TOKEN", "GH_TOKEN"), FORMS),
    "github fine token": (_token(lambda d: f"github_pat_{d.of(ALNUM, 22)}_{d.of(ALNUM, 59)}", "GITHUB_TOKEN"), FORMS),
    "gitlab token": (_token(lambda d: "glpat-" + d.of(ALNUM, 20), "GITLAB_TOKEN"), FORMS),
    "npm token": (_token(lambda d: "npm_" + d.of(ALNUM, 36), "NPM_TOKEN", "_authToken"), FORMS),
    "pypi token": (_token(lambda d: "pypi-AgEIcHlwaS5vcmc" + d.of(URLSAFE, 80) + "x", "TWINE_PASSWORD"), FORMS),
    "openai key": (_token(lambda d: f"sk-proj-{d.of(ALNUM, 30)}T3BlbkFJ{d.of(ALNUM, 20)}", "OPENAI_API_KEY"), FORMS),
    "anthropic key": (_token(lambda d: f"sk-ant-api03-{d.of(URLSAFE, 80)}AA", "ANTHROPIC_API_KEY"), FORMS),
    "sendgrid key": (_token(lambda d: f"SG.{d.of(ALNUM, 22)}.{d.of(ALNUM, 43)}", "SENDGRID_API_KEY"), FORMS),
    "twilio key": (_token(lambda d: "SK" + d.of(HEX, 32), "TWILIO_API_KEY"), FORMS),
    "telegram token": (_token(lambda d: f"{d.random.randint(10**9, 10**10 - 1)}:AA{d.of(ALNUM, 33)}", "TELEGRAM_BOT_TOKEN"), FORMS),
    "discord token": (_token(lambda d: f"M{d.of(ALNUM, 23)}.{d.of(ALNUM, 6)}.{d.of(ALNUM, 27)}", "DISCORD_TOKEN"), FORMS),
    "hf token": (_token(lambda d: "hf_" + d.of(ALNUM, 34), "HF_TOKEN"), FORMS),
    "hex token": (_token(lambda d: d.of(HEX, 38) + "a1", "API_TOKEN", "AUTH_TOKEN"), ("command",)),
    "connection string": (_connection, FORMS),
    "basic auth": (_basic, ("typed", "copied", "title", "command")),
    "cookie": (_cookie, ("typed", "copied", "command")),
    "link": (_link, FORMS),
    "env line": (_env, ("typed", "copied", "title", "command")),
}  # fmt: skip


def planted(count: int = 500, seed: int = 20260105) -> list[Planted]:
    """So many secrets, all kinds and forms in turn; passwords and links, which vary most, more often."""
    draw = Draw(seed)
    turns = [(kind, form) for kind, (_, forms) in MAKERS.items() for form in forms]
    more = [("password", "command")] * 60 + [("password", form) for form in ("typed", "copied") for _ in range(20)]
    more += [(kind, form) for kind in ("card", "one-time code", "link", "iban") for form in FORMS for _ in range(6)]
    turns += more
    made = []
    for number in range(count):
        kind, form = turns[number % len(turns)]
        values, text = MAKERS[kind][0](draw, form)
        made.append(Planted(kind, form, tuple(dict.fromkeys(values)), text))
    return made


def leaks(item: Planted, kept: str) -> bool:
    """Whether a secret, or a half of a long one, still stands in a text."""
    halves = [part for value in item.values if len(value) >= 24 for part in (value[: len(value) // 2], value[len(value) // 2 :])]
    return any(value in kept for value in (*item.values, *halves))
