"""What Yelp's detect-secrets knows besides: the patterns of its plugins, none of its code that reads files.

Left out are the plugins that take harmless texts (keyword, entropy, public addresses, Artifactory), and
those whose patterns take more than the length of a text (JWT, Cloudant, SoftLayer, IBM). Imported at the
first text that holds a word that could be a key: it brings requests, some 21 MB and a tenth of a second.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from daemon.privacy.keys import LONG
from daemon.privacy.rule import Rule, Span

# Module, class, and the sign without which none of its patterns matches: its texts are not looked at.
PLUGINS: tuple[tuple[str, str, str], ...] = (
    ("aws", "AWSKeyDetector", r"A3T|A[BKS]IA|ACCA|(?i:aws)"),
    ("azure_storage_key", "AzureStorageKeyDetector", "AccountKey="),
    ("discord", "DiscordBotTokenDetector", r"[MNO][\w-]{23,25}\.[\w-]{6}\."),
    ("github_token", "GitHubTokenDetector", "gh[pousr]_"),
    ("gitlab_token", "GitLabTokenDetector", "gl[a-z]{2,6}-|GR1348941"),
    ("mailchimp", "MailchimpDetector", "-us[0-9]"),
    ("npm", "NpmDetector", "_authToken"),
    ("openai", "OpenAIDetector", "T3BlbkFJ"),
    ("pypi_token", "PypiTokenDetector", "pypi-"),
    ("sendgrid", "SendGridDetector", r"SG\."),
    ("slack", "SlackDetector", r"(?i:xox|hooks\.slack)"),
    ("square_oauth", "SquareOAuthDetector", "sq0csp-"),
    ("stripe", "StripeDetector", "[rs]k_live_"),
    ("telegram_token", "TelegramBotTokenDetector", r"\d{8}:[\w-]{35}"),
    ("twilio", "TwilioKeyDetector", "(?:AC|SK)[a-z0-9]{32}"),
)
_MAYBE = tuple(re.compile(sign) for _, _, sign in PLUGINS)


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Their patterns, in their order; the first call imports them."""
    found: list[re.Pattern[str]] = []
    for module, name, _ in PLUGINS:
        plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        found += plugin.denylist
    return tuple(found)


def _known(text: str) -> Iterator[Span]:
    if not any(sign.search(text) for sign in _MAYBE):
        return
    for pattern in patterns():
        for match in pattern.finditer(text):
            group = next(
                (i for i in range(1, pattern.groups + 1) if match[i] and len(match[i]) > 15), 0
            )
            yield match.span(group)


LIBRARY: tuple[Rule, ...] = (Rule("key", _known, needs=LONG),)
