"""What a sentence tells of: its kinds of event, its words, what it quotes, where it plays. Patterns, no model.

A sentence is read once, however often it stands in a history. Knows English and a few Chinese words,
as they stand in ProactiveBench; a sentence in another language has no kind and no words.
"""

import re
from functools import lru_cache
from typing import NamedTuple

KNOWN = 1024  # sentences whose reading is kept, about 2 kB each

_STOP = (
    "the a an of to in on at by for and or with from into within without using as is are was were his her"
    " their its it this that user users then after before while again back any some specific new multiple"
    " various several times other another actions action application app browser web page tab window site"
    " website file visual studio code exe google bing search results result clicks click clicked clicking"
    " left mouse button moves moved moving types typed typing scrolls scrolled scrolling switches switched"
    " switch returns returned opens opened navigates navigated pressed presses enter copied copies copy"
    " pasted paste text content continues continued stayed remained cmd shift ctrl visited viewed working"
    " input key performing performed perform does not deepseek kimi ai"
)
STOP = frozenset(_STOP.split())  # words that say what is done, or where, and not what about
WORD = re.compile(r"[a-z][a-z0-9_]{2,}|[\u4e00-\u9fff]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTE = re.compile(
    r"(?<![A-Za-z])['\u2018\u201c\"`]([^'\u2019\u201d\"`]{2,})['\u2019\u201d\"`](?![A-Za-z])"
)
QUESTION = re.compile(
    r"\b(?:how|what|why|best practices?|tutorial|example|guide|vs|difference|error)\b"
    r"|\u5982\u4f55|\u600e\u4e48|\u4ec0\u4e48",
    re.I,
)
FILE = re.compile(
    r"\b[\w-]+\.(?:py|js|ts|html|css|java|rb|php|cpp|c|md|m|csv|json|txt|docx?|pdf|swift|go|rs|ipynb)\b",
    re.I,
)
ONLINE = re.compile(
    r"browser|\btab\b|google|bing|web|site|http|search|page|link|article|overflow|documentation",
    re.I,
)
KINDS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "search": r"\bsearch(?:es|ed)?\b(?! (?:result|page))|search (?:query|bar|box)|quer(?:y|ies)|\u641c\u7d22",
        "results": r"search results?|results? page|first (?:search )?result",
        "type": r"\b(?:types?|typed|typing|writes?|wrote|enters?|entered|inputs?|inputting)\b",
        "edit": r"\b(?:edit|edits|edited|editing|modif\w+|updates?|adds?|implement\w*|changes?|integrat\w+"
        r"|cod(?:es|ing))\b",
        "read": r"\b(?:reads?|reading|reviews?|reviewed|examin\w+|views?|viewed|article|documentation|paper"
        r"|tutorial|discussion|blog)\b",
        "scroll": r"\bscroll",
        "click": r"\bclick",
        "follow": r"\bclick\w*(?: and \w+)? (?:on )?(?:a|the) (?:first |google )?"
        r"(?:search result|link|paper|article|tutorial|stack)",
        "switch": r"\bswitch|\breturn",
        "open": r"\bopen|\bnavigat|\bvisit",
        "copy": r"\bcop(?:y|ies|ied)\b|cmd\+?c\b",
        "paste": r"\bpast(?:e|es|ed)\b|cmd\+?v",
        "error": r"\berror|\bexception|\bfail|\btraceback|\bwarning|not found|invalid|insufficient",
        "run": r"\bruns?\b|\bexecut|\bcompil|\btests?\b|\binstall",
        "terminal": r"\bterminal|\bconsole|\bshell|command line",
        "editor": r"visual studio|vs ?code|code\.exe|\beditor\b|xcode|pycharm|\bIDE\b",
        "chat": r"deepseek|kimi|chatgpt|claude|copilot|\bchat\b|gemini",
        "answers": r"stack ?overflow|csdn|geeksforgeeks|educative|medium|forum|github|w3schools|\bblog\b"
        r"|developer community|wiki",
        "doc": r"markdown|\bdocument\b|\bword\b|\bnotes?\b|\bessay|\bdraft|\breport|\boutline",
        "idle": r"\baway\b|\bidle|\bno(?:t| specific)? (?:perform|action)"
        r"|without (?:any |specific |performing)|not perform|remain|stay|continues? (?:to|working)|continued",
        "mouse": r"mouse|moved|moves",
        "again": r"\bagain\b|\bonce more|same|back to|repeatedly|multiple times|several times",
        "new": r"\bnew\b|creates?|starts?|begins?",
        "save": r"\bsav(?:e|es|ed|ing)\b|cmd\+?s\b|commit|close[sd]?\b",
    }.items()
}
PLACES = ("terminal", "chat", "editor", "doc", "browser", "other")


class Told(NamedTuple):
    """What a sentence tells of.

    Attributes:
        kinds: Names of `KINDS`.
        words: Those that say what it is about, in small letters.
        quoted: What stands in quotation marks.
        place: One of `PLACES`.
    """

    kinds: frozenset[str]
    words: frozenset[str]
    quoted: str
    place: str


@lru_cache(KNOWN)
def told(sentence: str) -> Told:
    """Read a sentence."""
    kinds = frozenset(name for name, kind in KINDS.items() if kind.search(sentence))
    place = next((name for name in PLACES[:4] if name in kinds), None)
    elsewhere = "browser" if ONLINE.search(sentence) else "other"
    return Told(kinds, words(sentence), " ".join(QUOTE.findall(sentence)), place or elsewhere)


def words(text: str) -> frozenset[str]:
    """Words that say what a text is about."""
    return frozenset(WORD.findall(text.lower())) - STOP


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the words of both that stand in both (Jaccard)."""
    return len(one & other) / max(len(one | other), 1)
