"""Secrets as people meet them: random values, planted into the texts that they type, copy, open and run.

Seeded, so a failure comes again. No value is real: all are drawn here. The texts are written from what
consoles, mails, chats and notes look like, not from the rules that look for them.
"""

import string
from dataclasses import dataclass

from tests.corpus.draw import ALNUM, HEX, LOWER, URLSAFE, Draw
from tests.corpus.makers import (
    FORMS,
    Maker,
    basic_of,
    card_of,
    code_text_of,
    connection_of,
    cookie_of,
    env_of,
    iban_of,
    key_of,
    link_of,
    number_of,
    password_of,
    recovery_of,
    seed_of,
    setup_of,
    ssn_of,
    token_of,
)


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


MAKERS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "password": (password_of, FORMS),
    "card": (number_of(card_of, "%", "card %", "Visa % exp 12/27", "Kreditkarte: %, CVV folgt", "pay with % please", "%\n12/28", "Nr. %."), FORMS),
    "iban": (number_of(iban_of, "%", "IBAN: %", "Konto % bei der Sparkasse", "transfer to % today", "(%)"), FORMS),
    "ssn": (number_of(ssn_of, "SSN: %", "my ssn is %", "social security number %", "% (SSN)"), FORMS),
    "one-time code": (code_text_of, FORMS),
    "otp setup": (setup_of, FORMS),
    "seed phrase": (seed_of, FORMS),
    "recovery codes": (recovery_of, ("typed", "copied")),
    "private key": (key_of("RSA PRIVATE KEY"), ("copied", "title", "command")),
    "openssh key": (key_of("OPENSSH PRIVATE KEY"), ("copied", "title", "command")),
    "pgp key": (key_of("PGP PRIVATE KEY BLOCK"), ("copied", "command")),
    "jwt": (token_of(Draw.jwt, "TOKEN", "JWT"), FORMS),
    "aws secret": (token_of(lambda d: d.of(ALNUM + "+/", 39) + "7", "AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"), ("copied", "command")),
    "aws id": (token_of(lambda d: d.one("AKIA", "ASIA") + d.of(string.ascii_uppercase + "234567", 16), "AWS_ACCESS_KEY_ID"), FORMS),
    "gcp key": (token_of(lambda d: "AIza" + d.of(URLSAFE, 34) + "x", "GOOGLE_API_KEY", "apiKey"), FORMS),
    "slack token": (token_of(lambda d: f"xoxb-{d.of(string.digits, 12)}-{d.of(string.digits, 12)}-{d.of(ALNUM, 24)}", "SLACK_TOKEN"), FORMS),
    "slack webhook": (token_of(lambda d: f"https://hooks.slack.com/services/T{d.of(LOWER, 8).upper()}/B{d.of(LOWER, 8).upper()}/{d.of(ALNUM, 24)}", "HOOK"), ("typed", "copied", "title", "command")),
    "stripe key": (token_of(lambda d: f"sk_live_{d.of(ALNUM, 24)}", "STRIPE_SECRET_KEY"), FORMS),
    "github token": (token_of(lambda d: d.one("ghp_", "gho_", "ghs_") + d.of(ALNUM, 36), "GITHUB_TOKEN", "GH_TOKEN"), FORMS),
    "github fine token": (token_of(lambda d: f"github_pat_{d.of(ALNUM, 22)}_{d.of(ALNUM, 59)}", "GITHUB_TOKEN"), FORMS),
    "gitlab token": (token_of(lambda d: "glpat-" + d.of(ALNUM, 20), "GITLAB_TOKEN"), FORMS),
    "npm token": (token_of(lambda d: "npm_" + d.of(ALNUM, 36), "NPM_TOKEN", "_authToken"), FORMS),
    "pypi token": (token_of(lambda d: "pypi-AgEIcHlwaS5vcmc" + d.of(URLSAFE, 80) + "x", "TWINE_PASSWORD"), FORMS),
    "openai key": (token_of(lambda d: f"sk-proj-{d.of(ALNUM, 30)}T3BlbkFJ{d.of(ALNUM, 20)}", "OPENAI_API_KEY"), FORMS),
    "anthropic key": (token_of(lambda d: f"sk-ant-api03-{d.of(URLSAFE, 80)}AA", "ANTHROPIC_API_KEY"), FORMS),
    "sendgrid key": (token_of(lambda d: f"SG.{d.of(ALNUM, 22)}.{d.of(ALNUM, 43)}", "SENDGRID_API_KEY"), FORMS),
    "twilio key": (token_of(lambda d: "SK" + d.of(HEX, 32), "TWILIO_API_KEY"), FORMS),
    "telegram token": (token_of(lambda d: f"{d.random.randint(10**9, 10**10 - 1)}:AA{d.of(ALNUM, 33)}", "TELEGRAM_BOT_TOKEN"), FORMS),
    "discord token": (token_of(lambda d: f"M{d.of(ALNUM, 23)}.{d.of(ALNUM, 6)}.{d.of(ALNUM, 27)}", "DISCORD_TOKEN"), FORMS),
    "hf token": (token_of(lambda d: "hf_" + d.of(ALNUM, 34), "HF_TOKEN"), FORMS),
    "hex token": (token_of(lambda d: d.of(HEX, 38) + "a1", "API_TOKEN", "AUTH_TOKEN"), ("command",)),
    "connection string": (connection_of, FORMS),
    "basic auth": (basic_of, ("typed", "copied", "title", "command")),
    "cookie": (cookie_of, ("typed", "copied", "command")),
    "link": (link_of, FORMS),
    "env line": (env_of, ("typed", "copied", "title", "command")),
}  # fmt: skip


def planted(count: int = 500, seed: int = 20260105) -> list[Planted]:
    """So many secrets, all kinds and forms in turn; passwords and links, which vary most, more often."""
    draw = Draw(seed)
    turns = [(kind, form) for kind, (_, forms) in MAKERS.items() for form in forms]
    more = [("password", "command")] * 60 + [
        ("password", form) for form in ("typed", "copied") for _ in range(20)
    ]
    more += [
        (kind, form)
        for kind in ("card", "one-time code", "link", "iban")
        for form in FORMS
        for _ in range(6)
    ]
    turns += more
    made = []
    for number in range(count):
        kind, form = turns[number % len(turns)]
        values, text = MAKERS[kind][0](draw, form)
        made.append(Planted(kind, form, tuple(dict.fromkeys(values)), text))
    return made


def leaks(item: Planted, kept: str) -> bool:
    """Whether a secret, or a half of a long one, still stands in a text."""
    halves = [
        part
        for value in item.values
        if len(value) >= 24
        for part in (value[: len(value) // 2], value[len(value) // 2 :])
    ]
    return any(value in kept for value in (*item.values, *halves))
