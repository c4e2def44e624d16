"""Numbers that are secrets: cards, bank accounts, US social security numbers, recovery keys.

Sources: ISO/IEC 7812-1, annex B (Luhn) and the issuers' prefixes; ISO 13616 (IBAN) with the lengths of
SWIFT's registry; SSA, "Social Security Number Randomization" (numbers that are never given).
"""

import re
from collections.abc import Iterator
from functools import cache

from daemon.privacy.rule import DIGITS, Rule, Span, shape, spaced

# People write a card in one go, or in groups with one or two spaces, dashes, dots or line breaks.
_GAP = r"[ \t\r\n.+/_\-\u00a0\u2009\u202f]{0,6}"
_DIGITS = re.compile(rf"(?<!\w)(?<!\d[.,])\d(?:{_GAP}\d){{13,}}(?!\w)")
_COLUMN = re.compile(r"[\t\n]")
_FRACTION = re.compile(r"\d[.,]\d{5}")
_GROUPS = frozenset(
    ((4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (8, 8), (6, 10), (6, 13), (4, 4, 4, 2))
)
_LENGTHS = (16, 15, 14, 19, 18, 17)
_CARD_LENGTHS: tuple[tuple[int, int, frozenset[int]], ...] = (
    # first and last prefix of four digits, and how long such cards are
    (4000, 4999, frozenset((16, 18, 19))),  # Visa
    (5100, 5599, frozenset((16,))),  # Mastercard
    (2221, 2720, frozenset((16,))),
    (3400, 3499, frozenset((15,))),  # American Express
    (3700, 3799, frozenset((15,))),
    (3000, 3059, frozenset((14, 16, 17, 18, 19))),  # Diners Club
    (3095, 3095, frozenset((14, 16, 17, 18, 19))),
    (3600, 3699, frozenset((14, 16, 17, 18, 19))),
    (3800, 3999, frozenset((14, 16, 17, 18, 19))),
    (3528, 3589, frozenset((16, 17, 18, 19))),  # JCB
    (6011, 6011, frozenset((16, 17, 18, 19))),  # Discover
    (6200, 6299, frozenset((16, 17, 18, 19))),  # UnionPay
    (6440, 6599, frozenset((16, 17, 18, 19))),
    (8100, 8199, frozenset((16, 17, 18, 19))),
    (5000, 5099, frozenset((16, 17, 18, 19))),  # Maestro, Elo, RuPay
    (5600, 5899, frozenset((16, 17, 18, 19))),
    (6304, 6304, frozenset((16, 17, 18, 19))),
    (6759, 6763, frozenset((16, 17, 18, 19))),
    (2200, 2205, frozenset((16, 17, 18, 19))),  # Mir
    (9792, 9792, frozenset((16,))),  # Troy
)
_DOUBLED = str.maketrans("0123456789", "0246813579")  # each digit twice, its own digits added
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{2})[ +\-]?(\d{2})(?=[ \t\r\n.+\-\u00a0\u2009\u202f]{0,6}[A-Za-z0-9])"
)
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
    "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
_GAPS = frozenset(" \t\r\n.+-\u00a0\u2009\u202f")


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others."""
    doubled = digits[-2::-2].translate(_DOUBLED)
    return (sum(map(int, digits[-1::-2])) + sum(map(int, doubled))) % 10 == 0


def _cards(text: str) -> Iterator[Span]:
    """Card numbers, also where an expiry date or another number stands close by."""
    text = spaced(text)
    for run in _DIGITS.finditer(text):
        groups = [match.span() for match in re.finditer(r"\d+", run[0])]
        if _is_spelt(run[0], groups):
            yield run.span()
            continue
        first = 0
        while first < len(groups):
            start = run.start() + groups[first][0]
            fraction = start > 1 and _FRACTION.match(text, start - 2)
            used = 0 if fraction else _card_at(run[0], groups[first : first + 5], len(groups))
            if used:
                yield start, run.start() + groups[first + used - 1][1]
            first += used or 1


def _is_spelt(text: str, groups: list[Span]) -> bool:
    """Whether it is one card, written digit by digit or in pairs."""
    sizes = {end - start for start, end in groups}
    return (len(groups), sizes) in ((16, {1}), (8, {2})) and _is_card(re.sub(r"\D", "", text))


def _card_at(text: str, groups: list[Span], whole: int) -> int:
    """How many of the groups, from the first, are a card's; 0 for none.

    In a column of numbers (a line break or a wide gap between them) a card stands alone, `whole`.
    """
    digits, found = "", 0
    sizes: tuple[int, ...] = ()
    for count, (start, end) in enumerate(groups, start=1):
        digits += text[start:end]
        sizes = (*sizes, end - start)
        if (
            (count == 1 or sizes in _GROUPS)
            and _is_card(digits)
            and (count == whole or _COLUMN.search(text[groups[0][0] : end]) is None)
        ):
            found = count
    return found


def _is_card(digits: str) -> bool:
    if not (14 <= len(digits) <= 19 and digits.isascii()):
        return False
    return len(digits) in _lengths_of(digits[:4]) and luhn(digits)


@cache
def _lengths_of(prefix: str) -> frozenset[int]:
    """How long cards are whose number begins so; four digits."""
    known = (sizes for low, high, sizes in _CARD_LENGTHS if low <= int(prefix) <= high)
    return frozenset().union(*known)


def _ibans(text: str) -> Iterator[Span]:
    """Account numbers of the right length for their country, whose check digits are right."""
    text = spaced(text)
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[1].upper())
        if length is None:
            continue
        end, chars = match.end(), match[1] + match[2]
        while end < len(text) and len(chars) < length and end - match.start() < 3 * length:
            if text[end].isascii() and text[end].isalnum():
                chars += text[end]
            elif text[end] not in _GAPS:
                break
            end += 1
        ends = end == len(text) or not text[end].isalnum()
        if len(chars) == length and ends and _mod97(chars):
            yield match.start(), end


def _mod97(account: str) -> bool:
    turned = account[4:] + account[:4]
    if 2 * sum(char.isdigit() for char in account) < len(account):
        return False  # "is 20 minutes of ..."
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


_SSN = r"(?!000|666|9)\d{3}[ -]?(?!00)\d{2}[ -]?(?!0000)\d{4}(?!\d)"

NUMBERS: tuple[Rule, ...] = (
    Rule("card number", _cards, DIGITS, needs=r"\d(?:\D{0,6}\d){13}"),
    shape("card number", r"(?i)(?<![a-z])(?:cvv2?|cvc2?|cvn|csc|card (?:security|verification) (?:code|number)|kartenprüfnummer|prüfziffer|código de seguridad)[\"']?(?:[ \t]{0,3}(?:is|ist|es|[:=#-])[ \t\r\n]{0,3}|[ \t]{1,3})[\"']?(?P<secret>\d{3,4})(?!\d)", *DIGITS, needs=r"(?:cv[vcn]2?|csc|code|number|nummer|ziffer|seguridad)[\"']?(?:[ \t]{0,3}(?:is|ist|es|[:=#-])[ \t\r\n]{0,3}|[ \t]{1,3})[\"']?\d{3}"),
    Rule("bank account", _ibans, DIGITS, needs=r"\d\d(?:(?<=[a-z]..)|(?<=[a-z][ +-]..))(?:\D{0,96}\d){6}"),
    shape("social security number", r"(?<![\w-])(?P<secret>(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?![\w-])", *DIGITS, needs=r"\d{3}-\d{2}-\d{4}"),
    shape("social security number", rf"(?i)(?<![a-z])(?:ssn|social security(?: number| no\.?| #)?|soc\.? sec\.?)\W{{0,4}}(?:(?:is|number|no)\W{{1,3}}){{0,2}}(?P<secret>{_SSN})", *DIGITS, needs=r"(?:ssn|soc)(?s:.{0,60}?)\d{4}"),
    shape("recovery key", r"(?<![\d-])\d{6}(?:[ -]\d{6}){7}(?![\d-])", *DIGITS, needs=r"\d{6}[ -]\d{6}"),  # BitLocker
)  # fmt: skip
