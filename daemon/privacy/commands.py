"""Passwords in command lines and headers: an option of a known program, a pipe into ``sudo -S``, a header.

Sources: the programs' own manuals. An option is looked for within one command only, up to a pipe, a
semicolon or the end of the line.
"""

import base64
import binascii
import re

from daemon.privacy.rule import Rule, mixed, shape

_V = r"(?P<secret>'[^'\n\x1e]+'|\"[^\"\n\x1e]+\"|(?!['\"$<#-])[^\s\x1e'\"|;&<>][^\s\x1e|;&<>]*)"
_START = r"(?<![\w/-])"
_REST = r"(?![\w-])[^\n\x1e|;&]{0,300}?[ \t]"

# Programs, and the option behind which their password stands; a trailing blank where one must stand between.
_OPTIONS: tuple[tuple[str, str], ...] = (
    (r"mysql|mysqldump|mysqladmin|mysqlimport|mysqlsh|mariadb|mariadb-dump|mycli|7za?|7zr|rar|unrar", r"-h?p(?!rogress|rint|ort\b)"),
    (r"sshpass|docker login|podman login|buildah login|skopeo login|nerdctl login|helm registry login|oc login|crane auth login|"
     r"az login|az acr login|mongo(?:sh|dump|restore|export|import)?|rdesktop|psexec(?:64)?|ncftp(?:get|put)?|arangosh|cqlsh|"
     r"firebird|isql(?:-fb)?|nomachine|vncviewer|xmllint|mqtt pub|mqtt sub|kcadm(?:\.sh)?|influx|ldapmodify|smbmap|crackmapexec|"
     r"netexec|evil-winrm|hydra|chartmuseum|cf login|cf auth|ibmcloud login|twine upload|nuget|dotnet nuget|jf c", r"-p[ \t=]?(?!assword|ort|rofile)"),
    (r"sqlcmd|bcp|osql|zip|zipcloak|unzip|ipmitool|mosquitto_(?:pub|sub)|tsql|mssql-cli|ssh-keygen|bitcoin-cli", r"-P[ \t]?"),
    (r"ssh-keygen", r"-N[ \t]?"),
    (r"redis-cli|valkey-cli|snmp\w+", r"-[aAX][ \t]"),
    (r"snmp\w+", r"-X[ \t]"),
    (r"mysqladmin", r"password[ \t]"),
    (r"rclone config", r"pass[ \t]"),
    (r"security (?:add|find)-\S{1,30}", r"-w[ \t]"),
    (r"net use", r"/user:\S{1,60}[ \t]"),
    (r"ldap(?:search|modify|add|delete|passwd|whoami)|ldapwhoami", r"-[ws][ \t]?"),
    (r"useradd|usermod", r"-p[ \t]"),
    (r"openssl", r"-(?:k|K|pass(?:in|out)?)[ \t](?:pass:)?"),
    (r"xfreerdp3?|wfreerdp|mstsc|cmdkey|net use|schtasks|wmic|sc|runas|regsvr32|msiexec", r"[/-](?:p|pass|password|rp)[: \t]"),
    (r"vault login|heroku auth:token|rclone obscure|bw unlock|bw login \S+|op signin \S+ \S+ \S+|ngrok (?:authtoken|config add-authtoken)|"
     r"tailscale up --auth-?key|gh auth login --with-token|vncpasswd|flyctl auth token|circleci setup --token", r""),
    (r"nmcli", r"(?:password|psk|wifi-sec\.psk|802-11-wireless-security\.psk)[ \t]"),
    (r"iwctl|hostapd_cli|wpa_cli", r"(?:psk|passphrase)[ \t\d]{1,4}"),
    (r"wpa_passphrase", r"(?:'[^'\n]{1,40}'|\"[^\"\n]{1,40}\"|[^\s-]{1,40})[ \t]"),
    (r"rabbitmq(?:ctl|admin) (?:add_user|change_password|authenticate_user)", r"[^\s-]{1,60}[ \t]"),
    (r"net user", r"[^\s/-]{1,60}[ \t]{1,3}(?![*/])"),
    (r"net use", r"\\\\[^\s]{1,100}[ \t]{1,3}(?![*/])"),
    (r"htpasswd", r"-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}[ \t](?:[^\s-]\S{0,100}[ \t])?[^\s-]\S{0,60}[ \t]"),
    (r"npm config set|npm set|yarn config set|pip config set|git config(?: --global)?|composer config|gem sources|conan user|"
     r"aws configure set|gcloud config set|poetry config|bundle config", r"[\w./:@-]{0,120}(?:_authToken|_auth|_password|password|token|secret|secret_access_key|pass)[ \t=]{1,3}"),
)  # fmt: skip


def _by_letter(names: str) -> str:
    """Names of programs as one pattern that looks at the first letter once."""
    found: dict[str, list[str]] = {}
    for name in re.findall(r"(?:\([^)]*\)|[^|])+", names):
        found.setdefault(name[0], []).append(name[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in found.items())


_LONG = r"(?:[\w-]{0,30}-)?(?:password|passwd|passwort|passphrase|pass|passcode|pw|pwd|pin|token|secret|api-?key|access-?key|secret-?key|auth-?key|auth-?token|authtoken|client-?secret|storepass|keypass|kennwort|psk|license-?key|bearer|credential|user-?pass|encryption-?key)(?:-?value)?"
_FILES = r"(?![\w-]*(?:file|stdin|store|path|env|command|name|fd|id|type|url|ttl|length|policy|prompt)\b)"

_PROGRAMS = (
    rf"{_START}(?:{_by_letter('|'.join(programs for programs, _ in _OPTIONS))})(?:\.exe)?(?![\w-])"
)
_NAME = rf"{_FILES}{_LONG}(?:[= \t:]|[ \t]=[ \t])"
_USER = r"(?:-[a-zA-Z]{0,8}[uUaA]|--(?:proxy-)?user|--auth|--(?:src-|dest-)?creds|-[eE])"


def _is_basic(match: re.Match[str]) -> bool:
    """Whether it is base64 of ``user:password``."""
    try:
        return b":" in base64.b64decode(match["secret"] + "=" * (-len(match["secret"]) % 4))
    except (binascii.Error, ValueError):
        return False


def _is_drawn(match: re.Match[str]) -> bool:
    return mixed(match["secret"])


COMMANDS: tuple[Rule, ...] = (
    *(shape("password", rf"{_START}(?:{programs})(?:\.exe)?{_REST if option else '[ ]{1,3}'}{option}{_V}", needs=_PROGRAMS) for programs, option in _OPTIONS),
    shape("password", rf"(?i)(?<![\w-])(?:--?|/){_NAME}[ \t]{{0,3}}(?!-)(?:pass:)?{_V}", "-", "/", needs=rf"[-/](?:(?<![\w-].)|(?<=--)(?<![\w-]--)){_NAME}"),
    # user:password, as one word
    shape("password", rf"{_START}(?:curl|wget|http|https|xh|xhs|hurl|lftp|httpie|ab|smbclient|rpcclient|impacket-\w+|skopeo \w+){_REST}(?:-[a-zA-Z]{{0,8}}[uUa]|--(?:proxy-)?user|--auth|--(?:src-|dest-)?creds|-E)[ =]?['\"]?[^\s:,%'\"\x1e]{{1,80}}[:,%](?![\"']?[${{<])(?P<secret>(?<=[:,%])'[^'\n\x1e]+'|(?<=[:,%])\"[^\"\n\x1e]+\"|(?:(?<=[:,%])[^\s'\"\x1e|;&]+(?:[ ][^\s'\"\x1e|;&]+(?=['\"]))*))", " -", "\t-", needs=rf"[ \t]{_USER}[ =]?['\"]?[^\s:,%'\"]{{1,80}}[:,%]"),
    # told to a program through a pipe
    shape("password", r"(?:echo|printf|Write-Output|print)[ \t]{1,3}(?:-[neE]{1,3}[ \t]{1,3})?(?:['\"]%s(?:\\n)?['\"][ \t]{1,3})?(?P<secret>'[^'\n\x1e]+'|\"[^\"\n\x1e]+\"|[^\s\x1e'\"$|][^\n\x1e|]{0,200}?)[ \t]{0,4}\|[ \t]{0,4}(?:sudo|su|passwd|chpasswd|smbpasswd|docker login|podman login|helm registry|kinit|cryptsetup|gpg2?|openssl|vncpasswd|ssh-add|sshpass|mysql|psql|ecryptfs\S*|gocryptfs|wpa_passphrase|htpasswd|gh auth|glab auth|vault|restic|borg|veracrypt|doas|pass|keepassxc-cli|bw|base64|oc login|az)\b", "|", needs=r"(?:echo|printf?|write-output)[ \t]"),
    shape("password", rf"{_START}(?:sudo|su|chpasswd|passwd|cryptsetup|gpg2?|kinit|openssl|mysql|wpa_passphrase|base64|docker|gh|bw|keepassxc-cli)(?![\w-])[^\n\x1e|;]{{0,120}}?<<<[ \t]{{0,3}}{_V}", "<<<"),
    shape("password", r"ConvertTo-SecureString[ \t]{1,3}(?:-String[ \t]{1,3})?(?P<secret>'[^'\n\x1e]+'|\"[^\"\n\x1e]+\")", "convertto-securestring"),
    shape("password", r"(?:^|[ \t\"'])pass:(?P<secret>[^\s\x1e'\"]{2,200})", "pass:"),  # openssl
    shape("password", rf"(?m)^[ \t]{{0,8}}(?:[\w.:\[\]-]{{1,60}}>[ \t]{{0,3}})?(?:AUTH(?:[ \t]{{1,3}}\w{{1,30}}(?=[ \t]{{1,3}}\S))?|auth|requirepass|masterauth)[ \t]{{1,3}}{_V}[ \t]*$", "auth", "requirepass", needs=r"(?m:^)[ \t]{0,8}(?:[\w.:\[\]-]{1,60}>[ \t]{0,3})?(?:auth|requirepass|masterauth)[ \t]"),
    shape("password", rf"--from-literal[= ]['\"]?[\w.-]{{1,60}}={_V}", "--from-literal"),
    # headers
    shape("token", r"(?i)authorization[\"']{0,2}[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}[\"'`]{0,2}(?:(?:basic|bearer|token|digest|negotiate|apikey|key|hmac|aws4-hmac-sha256|ntlm|oauth)[ \t:]{1,3})?+(?P<secret>(?!\$|\{|<|%)[^\s\"'`\x1e\n][^\"'`\x1e\n]{5,4000})", "authorization"),
    shape("token", r"(?i)(?<![a-z])bearer[ \t]{1,3}(?P<secret>[A-Za-z0-9+/=._~-]{12,4000})", "bearer", holds=_is_drawn, needs=r"bearer[ \t]{1,3}[a-z0-9+/=._~-]{12}"),
    shape("token", r"(?i)(?<![a-z])basic[ \t]{1,3}(?P<secret>[A-Za-z0-9+/]{8,1000}={0,2})(?![\w+/])", "basic", holds=_is_basic, needs=r"basic[ \t]{1,3}[a-z0-9+/]{8}"),
    shape("cookie", r"(?i)(?<![a-z-])(?:set-)?cookie[\"']{0,2}[ \t]{0,2}[:=][ \t]{0,3}[\"']?(?P<secret>[\w.-]{1,80}=[^\n\"'\x1e]{6,4000})", "cookie", needs=r"cookie[\"']{0,2}[ \t]{0,2}[:=]"),
    shape("cookie", r"(?i)(?<![a-z0-9])(?:php|j|asp\.net_|connect\.|laravel_|django_|rails_)?(?:sess(?:ion)?(?:_?id)?|sid|csrf(?:token)?|xsrf-token)=(?P<secret>[\w%.:+/-]{16,4000})", "=", holds=_is_drawn, needs=r"(?:sess(?:ion)?(?:_?id)?|sid|csrf(?:token)?|xsrf-token)="),
)  # fmt: skip
