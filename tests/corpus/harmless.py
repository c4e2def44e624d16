"""Harmless technical strings: what a developer types, copies and opens all day, none of it a secret.

Seeded. Shapes that look drawn at random (hashes, numbers, identifiers) are drawn; prose and code are
written out, and varied.
"""

import base64
import string
import uuid
from collections.abc import Callable
from random import Random

HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
WORDS = [
    "user",
    "account",
    "service",
    "client",
    "index",
    "table",
    "event",
    "window",
    "session",
    "buffer",
    "cache",
    "layout",
    "render",
    "parse",
    "queue",
    "worker",
    "config",
    "handler",
    "request",
    "response",
    "build",
    "test",
    "branch",
    "commit",
    "merge",
    "release",
    "version",
    "update",
    "filter",
    "query",
    "result",
]
PROSE = (
    "The password is stored as a hash and never shown again, so ask for a new one if you forgot it.",
    "To reset your password, open the settings and choose Security; the code is sent by mail.",
    "We meet at 10:30 in room 4711, please bring the signed contract and your key card.",
    "Das Passwort muss mindestens zwölf Zeichen lang sein und darf keinen Namen enthalten.",
    "La contraseña debe tener al menos ocho caracteres, una mayúscula y un número.",
    "A token is a unit of text; most models read some 4096 tokens at once and bill per token.",
    "The secret of good code is that it reads like prose: short words, one idea a line.",
    "Error code 10060 means that the host did not answer; see exit code 124 of timeout(1).",
    "Our office moved to Hauptstraße 12, 10115 Berlin; the zip code changed as well.",
    "Please find attached the invoice 2026-00471 over 1.234,56 EUR, due on 14 February 2026.",
    "Sign in with your account, then open the menu and select the project that you want to see.",
    "The key idea is to keep the cache small; the primary key of the table is the tenant's number.",
    "She asked whether the login page should have one button or two, and we chose one.",
    "Die Sitzung beginnt um neun; der Code ist auf GitHub, der Schlüssel liegt beim Pförtner.",
    "Basic authentication is deprecated; bearer tokens are issued by the authorization server.",
    "I will visit the market today and buy apples, bread, butter, coffee and some orange juice.",
    "Run the tests with -p no:cacheprovider and look at the first failure only.",
    "The PIN pad is broken, so pay in cash or by card at the other desk.",
)
CODE = (
    "def login(self, user: str, password: str) -> Token:\n    return self.api.post('/login', user, password)",
    "const token = await auth.getToken({ scope }); if (!token) throw new Error('no token');",
    "password = getpass.getpass('Password: ')\nif not password:\n    raise SystemExit(1)",
    "if (req.headers.authorization) { const token = req.headers.authorization.split(' ')[1]; }",
    "parser.add_argument('--password', help='ask for it when it is missing', default=None)",
    "token = next(tokens)\nwhile token.kind != Kind.END:\n    token = next(tokens)",
    "SECRET_KEY = os.environ['SECRET_KEY']\nDATABASES = {'default': env.db()}",
    "public key: Record<string, Token>; private readonly secret?: string; password: string;",
    "    key = (state.app, state.file)\n    return sorted(items, key=lambda item: item.key)",
    "for (const [key, value] of Object.entries(map)) { out[key] = value; }",
    "fn verify(token: &str, secret: &[u8]) -> Result<Claims, Error> { decode(token, secret) }",
    "data class Login(val user: String, val password: String, val code: Int?)",
    "assert response.status_code == 200 and response.json()['token_type'] == 'bearer'",
    "env:\n  - name: DB_PASSWORD\n    valueFrom:\n      secretKeyRef:\n        name: db\n        key: password",
    "password: ${DB_PASSWORD}\ntoken: {{ .Values.token }}\nsecret: $(cat /run/secrets/db)",
    "type Props = { pin: number; token?: string; onLogin: (password: string) => void };",
    "logger.info('token expired for %s', user.id); session.pop('token', None)",
    "int pin = 13; digitalWrite(pin, HIGH); const int KEY_COUNT = 12345;",
    "password_hash = bcrypt.hashpw(password.encode(), bcrypt.gensalt())",
    '{"max_tokens": 512, "token_type": "bearer", "expires_in": 3600, "scope": "read"}',
)
SHELL = (
    "git commit -m 'Add the login page' && git push -u origin feature/login-page",
    "docker run -d -p 8080:80 -v $PWD:/srv --name web nginx:1.27.3-alpine",
    "ssh -p 2222 -i ~/.ssh/id_ed25519 deploy@web1.example.org 'systemctl status nginx'",
    "curl -sSL -u \"$USER:$TOKEN\" https://api.example.org/v1/items?page=2&per_page=100 | jq .",
    "mysql -u root -p shop < schema.sql", "psql -h localhost -p 5432 -U app -d shop -c 'select 1'",
    "kubectl get secret db -o jsonpath='{.data.password}' | base64 -d", "mkdir -p build/out && cp -p a b && tar xpf a.tar",
    "export PATH=$HOME/.local/bin:$PATH EDITOR=vim", "pytest -q -p no:randomly tests/unit -k 'token or password'",
    "openssl x509 -in cert.pem -noout -fingerprint -sha256", "ansible-playbook -i hosts site.yml --ask-become-pass",
    "gpg --export --armor 0xDEADBEEF > key.asc", "vault login -method=oidc", "docker login registry.example.org",
    "grep -rn 'password' src/ | wc -l", "read -s -p 'Password: ' PASSWORD", "PASSWORD=$(pass show db) make deploy",
    "sudo -u postgres createuser --pwprompt app", "npm run build -- --mode production --token-file .token",
    "find . -name '*.key' -o -name '*.pem'", "redis-cli -h localhost -p 6379 ping", "ssh-keygen -t ed25519 -f ~/.ssh/id",
)  # fmt: skip
SQL = (
    "SELECT id, password_hash FROM users WHERE token = ? AND expires > now()",
    "UPDATE users SET password = :password WHERE id = :id",
    "CREATE TABLE keys (id bigserial PRIMARY KEY, key text NOT NULL, secret bytea, code char(6))",
    "ALTER TABLE sessions ADD CONSTRAINT token_unique UNIQUE (token)",
    "INSERT INTO items (sku, code, price) VALUES ('AB-1042', 10423, 17.90)",
    "SELECT count(*) FROM events WHERE code = 404 GROUP BY date_trunc('day', at)",
)
CSS = (
    ".token.keyword{color:#0077aa}.token.string{color:#669900}",
    "input[type=password]:focus{outline:2px solid #3b82f6}",
    ".sk-folding-cube .sk-cube4-spinner-container:before{transform:rotateZ(270deg)}",
    "@media (min-width:1024px){.pk-grid-12-columns-wide{grid-template-columns:repeat(12,1fr)}}",
    ".login__password--hidden{display:none}#pin-code>input+input{margin:0 4px}",
)
URLS = (
    "https://github.com/python/cpython/blob/main/Lib/secrets.py#L42", "https://docs.python.org/3/library/secrets.html?highlight=token",
    "https://www.google.com/search?q=how+to+reset+password&hl=de&start=10", "https://example.org/items?sort=price&key=name&page=3&code=DE",
    "https://stackoverflow.com/questions/11828270/how-do-i-exit-vim?rq=1", "http://localhost:5173/@vite/client", "https://example.org/blog/2026/01/password-reset-best-practices",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=43s", "https://en.wikipedia.org/wiki/Token_ring", "https://registry.npmjs.org/@types/node/-/node-22.1.0.tgz",
    "https://maps.example.org/@52.5200066,13.404954,15z", "https://example.org/login?next=/account/settings", "https://example.org/auth/callback?error=access_denied&state=login",
)  # fmt: skip


def _of(random: Random, letters: str, length: int) -> str:
    return "".join(random.choice(letters) for _ in range(length))


def _camel(random: Random) -> str:
    words = random.choices(WORDS, k=random.randint(3, 7))
    style = random.randrange(4)
    if style == 0:
        return (
            words[0]
            + "".join(word.title() for word in words[1:])
            + random.choice(("", "2", "V3", "Id"))
        )
    return ("_", "-", ".")[style - 1].join(words) + random.choice(("", "_v2", "-1"))


def _minified(random: Random) -> str:
    a, b, c = (random.choice(string.ascii_lowercase) for _ in range(3))
    return random.choice(
        (
            f"!function({a},{b}){{{a}.token={b}.token||null,{a}.password={b}.value;for(var {c}=0;{c}<{random.randint(2, 99)};{c}++){b}.push({c})}}();",
            f"var {a}={{key:{b}.key,secret:{c}.secret,code:{random.randint(100, 999)}}};{a}.auth=function(){{return {b}({c})}}",
            f"{a}=>{{let{{token:{b},pin:{c}}}={a};return {b}?{c}({b}):void 0}}",
            f'e.exports={{"{_of(random, HEX, 8)}":function(t,n,r){{"use strict";r.r(n);var {a}=r({random.randint(1000, 9999)})}}}}',
        )
    )


def _numbers(random: Random) -> str:
    n = random.randint
    return random.choice(
        (
            f"+49 30 {n(1000000, 99999999)}", f"0049 (0)89 {n(100, 999)} {n(1000, 9999)}", f"(212) {n(200, 999)}-{n(1000, 9999)}", f"+34 6{n(10, 99)} {n(100, 999)} {n(100, 999)}",
            f"v{n(0, 20)}.{n(0, 99)}.{n(0, 999)}-rc.{n(1, 9)}+build.{n(1000, 99999)}", f"{n(1, 99)}.{n(0, 99)}.{n(0, 9999)}",
            f"978-3-{n(10, 99)}-{n(100000, 999999)}-{n(0, 9)}", f"9783{n(10**8, 10**9 - 1)}", f"ISBN 0-{n(100, 999)}-{n(10000, 99999)}-X",
            ":".join(_of(random, HEX, 2) for _ in range(6)), ".".join(str(n(0, 255)) for _ in range(4)) + f":{n(80, 65000)}",
            f"2001:db8:{_of(random, HEX, 4)}::{_of(random, HEX, 4)}:{_of(random, HEX, 3)}/64", f"2026-{n(1, 12):02d}-{n(1, 28):02d}T{n(0, 23):02d}:{n(0, 59):02d}:{n(0, 59):02d}.{n(0, 999999):06d}Z",
            f"{n(1_600_000_000, 1_900_000_000)}", f"{n(1_600_000_000_000, 1_900_000_000_000)}", f"{n(10**15, 2 * 10**15)}", f"{n(1, 99)},{n(100, 999)},{n(100, 999)}.{n(10, 99)}",
            f"{random.random()} {random.random()} {-random.random() * 1000}", f"0x{_of(random, HEX, 16)}", f"Invoice {n(2020, 2026)}-{n(10000, 99999)}: {n(10, 9999)}.{n(10, 99)} EUR",
            f"10 20 30 {n(40, 99)} 50 60 70 80 90 100 110 120", f"EAN {n(4000000000000, 4999999999999)}", f"order {n(10**9, 10**10 - 1)} shipped, tracking JJD{n(10**14, 10**15 - 1)}",
        )
    )  # fmt: skip


def _hashes(random: Random) -> str:
    return random.choice(
        (
            _of(random, HEX, 40), _of(random, HEX, 7), _of(random, HEX, 64), _of(random, HEX, 32), _of(random, HEX, 128),
            f"sha256:{_of(random, HEX, 64)}", f"nginx@sha256:{_of(random, HEX, 64)}", f"commit {_of(random, HEX, 40)}",
            f"index {_of(random, HEX, 8)}..{_of(random, HEX, 8)} 100644", f"sha512-{_of(random, ALNUM + '+/', 86)}==", f"SHA256:{_of(random, ALNUM + '+/', 43)}",
            f"ETag: W/\"{_of(random, HEX, 20)}\"", f"\"integrity\": \"sha1-{_of(random, ALNUM, 27)}=\"", f"https://github.com/a/b/commit/{_of(random, HEX, 40)}",
        )
    )  # fmt: skip


def _uuids(random: Random) -> str:
    value = str(uuid.UUID(int=random.getrandbits(128), version=4))
    return random.choice(
        (
            value,
            value.upper(),
            f"{{{value}}}",
            f"urn:uuid:{value}",
            f"https://example.org/items/{value}",
            f"id={value}",
            value.replace("-", ""),
        )
    )


def _images(random: Random) -> str:
    data = base64.b64encode(random.randbytes(random.randint(60, 900))).decode()
    kind = random.choice(("png", "jpeg", "gif", "woff2"))
    return random.choice(
        (
            f"data:image/{kind};base64,{data}",
            f'<img src="data:image/{kind};base64,{data}">',
            f"url(data:font/{kind};base64,{data})",
            data,
        )
    )


def _paths(random: Random) -> str:
    words = random.choices(WORDS, k=4)
    return random.choice(
        (
            "/usr/lib/python3/dist-packages/" + "/".join(words) + ".py", "C:\\Users\\me\\AppData\\Local\\" + "\\".join(words) + ".dll",
            f"~/work/{words[0]}/{words[1]}-{random.randint(1, 99)}/node_modules/.pnpm/{words[2]}@{random.randint(1, 9)}.2.1/x.js",
            f"File \"/srv/app/{words[0]}.py\", line {random.randint(1, 900)}, in {words[1]}_{words[2]}", f"./{words[0]}/token/password_reset.html", f"/etc/ssl/private/{words[1]}.key",
        )
    )  # fmt: skip


def _varied(texts: tuple[str, ...]) -> Callable[[Random], str]:
    def make(random: Random) -> str:
        text = random.choice(texts)
        word, other = random.choice(WORDS), random.choice(WORDS)
        return random.choice(
            (
                text,
                f"{text}\n",
                f"# {word} {other}\n{text}",
                f"{text}  # {word}",
                f"{word}: {text}" if "\n" not in text else text,
            )
        )

    return make


FAMILIES: dict[str, Callable[[Random], str]] = {
    "hashes": _hashes, "uuids": _uuids, "images": _images, "identifiers": _camel, "numbers": _numbers, "minified": _minified, "paths": _paths,
    "prose": _varied(PROSE), "code": _varied(CODE), "shell": _varied(SHELL), "sql": _varied(SQL), "css": _varied(CSS), "urls": lambda random: random.choice(URLS),
}  # fmt: skip
WEIGHTS = (15, 10, 6, 12, 18, 6, 8, 6, 8, 6, 3, 2, 4)


def harmless(count: int = 1000, seed: int = 20260105) -> list[tuple[str, str]]:
    """So many harmless strings, each with its family."""
    random = Random(seed)
    families = random.choices(list(FAMILIES), WEIGHTS, k=count)
    return [(family, FAMILIES[family](random)) for family in families]
