"""Secrets that tell themselves by their shape: private keys, tokens, and the keys of known services.

Sources: the services' own pages on the format of their keys; RFC 7468 (PEM), RFC 7519 (JWT).
"""

import re

from daemon.privacy.rule import Rule, shape

_B = r"(?<![A-Za-z0-9])"  # no letter or digit before
LONG = r"(?<![\w+/=.~:$-])[\w+/=.~:$-]{16}"  # what no word is: what most keys need


def _varied(match: re.Match[str]) -> bool:
    """A key drawn at random holds digits and both cases; a CSS class does not."""
    text = match[0]
    return (
        any(char.isdigit() for char in text)
        and any(char.isupper() for char in text)
        and any(char.islower() for char in text)
    )


PRIVATE_KEYS: tuple[Rule, ...] = (
    shape("private key", r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)", "private key", flags=re.S),
    shape("private key", r"\A(?:(?!-----BEGIN).)*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", "private key", flags=re.S),
    shape("private key", r"PuTTY-User-Key-File-\d:.*?(?:Private-MAC:[^\n]*|\Z)", "putty-user-key", flags=re.S),
    shape("private key", r"b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\r\n]*", "b3blbnnzac1rzxktdje"),
    shape("private key", r"AGE-SECRET-KEY-1[A-Z0-9]{20,80}", "age-secret-key", flags=re.I),
    shape("private key", r"(?<![\w+/=])[5KL][1-9A-HJ-NP-Za-km-z]{50,51}(?![\w+/=])", holds=_varied, needs=r"[a-z0-9]{51}"),
    shape("private key", r"(?i)(?:priv(?:ate)?[ _-]?key|eth(?:ereum)?|wallet|mnemonic)[^\n\x1e]{0,30}?(?:0x)?(?<![0-9a-f])(?P<secret>[0-9a-f]{64})(?![0-9a-f])", "priv", "eth", "wallet", "mnemonic", needs="[0-9a-f]{64}"),
    shape("private key", _B + r"[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{90,120}", "prv", needs="prv[a-z0-9]{90}"),
)  # fmt: skip

TOKENS: tuple[Rule, ...] = (
    shape("token", _B + r"eyJ[\w-]{8,2048}\.[\w-]{8,}(?:\.[\w-]*){0,3}", "eyj", needs=LONG),
    shape("token", _B + r"ya29\.[\w-]{20,}|" + _B + r"1//0[\w-]{30,}", "ya29.", "1//0", needs=LONG),
)  # fmt: skip


def _is_bare(match: re.Match[str]) -> bool:
    """Forty characters that nobody would name a thing: AWS's secrets stand alone in a console."""
    text = match[0]
    counts = (
        sum(map(str.isdigit, text)),
        sum(map(str.isupper, text)) - 3,
        sum(map(str.islower, text)) - 3,
    )
    return min(counts) >= 2 and text.count("/") < 5


SERVICES: tuple[Rule, ...] = (
    shape("key", r"(?<![\w/+.=-])[A-Za-z0-9/+]{40}(?![\w/+.=-])", holds=_is_bare, needs=r"[a-z0-9/+]{40}"),
    # AWS: the number, and the secret that stands beside it in a console or CSV file
    shape("key", r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}[\s\"',:;|]{1,8}(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])", "akia", "asia", "abia", "acca", needs=r"[a-z0-9/+]{40}"),
    shape("key", _B + r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[0-9A-Z]{16}\b", "akia", "asia", "abia", "acca", "a3t", needs=LONG),
    shape("key", _B + r"AIza[\w-]{35}|" + _B + r"GOCSPX-[\w-]{20,}", "aiza", "gocspx-", needs=LONG),
    # Azure
    shape("key", r"(?i:(?:Account|SharedAccess|Access|Primary|Secondary|Shared)(?:Signature|Key)[ \t]{0,4}[=:][ \t\"']{0,4})(?P<secret>[A-Za-z0-9+/%=]{32,120})", "signature", "key", needs=r"(?:signature|key)[ \t]{0,4}[=:][ \t\"']{0,4}[a-z0-9+/%=]{32}"),
    shape("key", r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}", "q~", needs=LONG),
    # GitHub, GitLab, package registries
    shape("key", _B + r"gh[pousr]_[A-Za-z0-9]{30,}|" + _B + r"github_pat_\w{22,}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", needs=LONG),
    shape("key", _B + r"gl(?:pat|dt|ft|soat|rt|cbt|ptt|agent|oas|imt)-[\w-]{20,}", "gl", needs=LONG),
    shape("key", _B + r"npm_[A-Za-z0-9]{30,}|" + _B + r"pypi-AgE[\w-]{20,}|" + _B + r"rubygems_[0-9a-f]{32,}", "npm_", "pypi-", "rubygems_", needs=LONG),
    shape("key", _B + r"dckr_(?:pat|oat)_[\w-]{20,}|" + _B + r"oy2[a-z0-9]{43}|" + _B + r"cio[A-Za-z0-9]{32}\b", "dckr_", "oy2", "cio", needs=LONG),
    # chat
    shape("key", _B + r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|" + _B + r"xapp-\d-[\w-]{10,}", "xox", "xapp-"),
    shape("key", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<slack>[\w/]{20,})", "hooks.slack.com", needs=LONG),
    shape("key", r"/api/webhooks/\d{15,21}/(?P<secret>[\w-]{20,})|/IncomingWebhook/(?P<other>[\w/@-]{20,})", "/api/webhooks/", "/incomingwebhook/", needs=LONG),
    shape("key", _B + r"(?:mfa\.[\w-]{60,}|[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{25,40})", ".", holds=_varied, needs=LONG),
    shape("key", r"(?<!\d)(?:bot)?\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])", ":", needs=LONG),
    # payment
    shape("key", _B + r"[srp]k_(?:live|test)_[0-9A-Za-z]{16,}|" + _B + r"whsec_[A-Za-z0-9+/=]{20,}", "k_live_", "k_test_", "whsec_", needs=LONG),
    shape("key", _B + r"sq0(?:atp|csp|idp)-[\w-]{20,}|" + _B + r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{30,}", "sq0", "shp", needs=LONG),
    shape("key", r"access_token\$(?:production|sandbox)\$[a-z0-9]{10,}\$[0-9a-f]{32}", "access_token$", needs=LONG),
    # models
    shape("key", _B + r"(?:sk|pk|rk)[-_][\w-]{20,}", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", holds=_varied, needs=LONG),
    shape("key", _B + r"(?:hf|api_org|gsk|r8|pplx|nvapi|lsv2_pt|fw|csk|jina|tvly)[_-][A-Za-z0-9_]{30,}", "hf", "api_org", "gsk", "r8", "pplx", "nvapi", "lsv2", "fw", "csk", "jina", "tvly", holds=_varied, needs=LONG),
    # mail and telephone
    shape("key", _B + r"SG\.[\w-]{16,32}\.[\w-]{20,64}", "sg.", needs=LONG),
    shape("key", _B + r"(?:SK|AC)[0-9a-f]{32}\b", "sk", "ac", needs=LONG),
    shape("key", _B + r"[0-9a-f]{32}-us\d{1,2}\b|" + _B + r"key-[0-9a-f]{32}\b|" + _B + r"xkeysib-[0-9a-f]{40,}-\w{10,}", "-us", "key-", "xkeysib-", needs=LONG),
    # clouds and tools
    shape("key", _B + r"do[opr]_v1_[0-9a-f]{40,}|" + _B + r"dapi[0-9a-f]{32}\b|" + _B + r"dp\.[a-z]{2,5}\.[\w.-]{20,}", "_v1_", "dapi", "dp.", needs=LONG),
    shape("key", _B + r"hv[sbr]\.[\w-]{20,}|" + _B + r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}|" + _B + r"ATATT3x[\w=-]{30,}|" + _B + r"ATBB[A-Za-z0-9]{24,}", "hvs.", "hvb.", "hvr.", ".atlasv1.", "atatt3x", "atbb", needs=LONG),
    shape("key", _B + r"(?:glc|glsa|lin_api|ntn|secret|figd|sbp|nfp|pscale_tkn|pscale_pw|PMAK|NRAK|tskey-(?:auth|api|client)|sntry[su]|fo1|fm2|vercel|CFPAT|EAAC|doppler|ops)[_-](?=[\w-]{0,40}\d)[\w+/=-]{24,}", "glc", "glsa", "lin_api", "ntn", "secret", "figd", "sbp", "nfp", "pscale", "pmak", "nrak", "tskey", "sntry", "fo1", "fm2", "vercel", "cfpat", "eaac", "doppler", "ops", holds=_varied, needs=LONG),
    shape("key", _B + r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{5,6}-){3,5}[A-Z0-9]{5,6}\b", "a3-", flags=re.I, needs=LONG),
    # a password as a system stores it (crypt(5), PHC strings): its hash can be tried offline
    shape("password", r"\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2id?|pbkdf2[\w-]{0,10}|scrypt)\$[./A-Za-z0-9$=,+-]{20,}", "$", needs=r"\$[\w-]{1,22}\$[./a-z0-9$=,+-]{20}"),
)  # fmt: skip
