"""Secrets in addresses: the password before the host, tokens in query and fragment, links that sign in.

Sources: RFC 3986 (userinfo), RFC 6749 and 6750 (OAuth's parameters), AWS Signature 4, Azure's SAS.
"""

import re

from daemon.privacy.rule import Rule, mixed, shape

_EQ = r"(?:=|%3[Dd])"
_FROM = r"(?:[?&#]|;(?=jsessionid)|%3[Ff]|%26|%23|&amp;)"
_VALUE = r"(?P<secret>(?!\[|\{|\$|<)[^&#\s\"'<>\x1e`]+?)(?=%26|[&#\s\"'<>\x1e`)\]]|\Z)"
# Names whose value is always a secret, and names that also mean harmless things.
_ALWAYS = (
    r"[\w.\[\]-]{0,30}?(?:access_?token|refresh_?token|id_?token|auth_?token|api_?key|secret|passw(?:or)?[dt]?|passwort|passphrase|"
    r"client_?secret|session_?token|reset_?token|csrf_?token|oobcode|magic_?link|invite_?token|login_?token|security-token|"
    r"signature|credential|token|jwt|assertion|samlresponse|saml_?art|otp|pwd)"
)
_SOMETIMES = (
    r"code|sig|key|auth|hash|sid|sess(?:ion)?(?:_?id)?|phpsessid|jsessionid|ticket|nonce|state|verify|confirmation|invite|"
    r"invitation|t|k|pass|pw|pin|hmac|authkey|awsaccesskeyid|googleaccessid|x-amz-[a-z-]+|x-goog-[a-z-]+|sas|s|mac|c|login|"
    r"activation|verification|credentials?|user_?token|hdnea|policy|key-pair-id|appid|ak|sk|login_?key|u"
)

_AT = r"://\S{0,400}@"
_LINK = r"/(?:[\w-]{0,30}(?:reset|verif|confirm|activat|magic|invit|recover|passw|kennwort|unlock|login-link|one-time|onetime|signin|sign-in|login|auth|token|session)[\w-]{0,30})"


def _is_long(match: re.Match[str]) -> bool:
    """A value that was drawn, not chosen: ``code=404`` and ``key=name`` stay."""
    value = match["secret"]
    if (len(value) >= 16 and mixed(value)) or (len(value) >= 20 and value.isalnum()):
        return True
    short = match["_name"].lower() in _SHORT and len(value) >= 5
    return short and (mixed(value) or (value.isdigit() and len(value) <= 8))


_SHORT = frozenset(("code", "pin", "pass", "pw", "otp", "login_key", "authkey", "activation"))


def _is_link(match: re.Match[str]) -> bool:
    value = match["secret"]
    return (
        mixed(value)
        and re.fullmatch(r"[\d.-]+|[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{0,4}(?:\.\w{2,5})?", value)
        is None
    )


ADDRESSES: tuple[Rule, ...] = (
    shape("password", r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/:@\"'<>\x1e]{0,128}:(?P<secret>(?!\$|\{|<)[^\s/\"'<>\x1e]{1,256})@(?=[\w.\[\](%:-]|\Z)", "://", needs=_AT),
    shape("password", r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/:@\"'<>\x1e]{0,128}:(?P<secret>[^\s\"'<>\x1e]{1,256})@(?=[\w.-]{1,200}(?::\d|/|\?|\s|\"|'|\Z))", "://", holds=lambda match: not re.match(r"\d{1,5}(?:/|\Z)|[${<]", match["secret"]), needs=_AT),
    shape("token", r"(?<![A-Za-z0-9])https?://(?P<secret>[\w~.+-]{20,255})@", "://", holds=lambda match: mixed(match["secret"]), needs=_AT),
    shape("token", rf"(?i){_FROM}{_ALWAYS}{_EQ}{_VALUE}", "=", "%3d", needs=rf"{_FROM}{_ALWAYS}{_EQ}"),
    shape("token", rf"(?i){_FROM}(?P<_name>{_SOMETIMES}){_EQ}{_VALUE}", "=", "%3d", holds=_is_long, needs=rf"{_FROM}(?:{_SOMETIMES}){_EQ}"),
    # links that reset a password or sign somebody in, sent by mail
    shape("token", rf"(?i){_LINK}/(?:[\w.@%=-]{{1,40}}/){{0,3}}?(?P<secret>[\w.~=%:+-]{{16,2000}})(?!\w|/\w)", "/", holds=_is_link, needs=rf"{_LINK}/"),
)  # fmt: skip
