"""The paper's own raw records (appendix E.1), and what they say for certain."""

from models.facts import facts
from models.records import RawRecord, record_to_segment
from models.telling import tell

_TYPED = "swift ui ctrl_l liebiao "  # its listener writes a modifier into the text
RECORDS = (
    RawRecord(1717335890.127, 2.056, [], "not-afk", "web"),
    RawRecord(
        1717335893.215,
        10.267,
        [
            {"from": "mouse", "data": {"type": "click", "button": "left"}},
            {"from": "keyboard", "type": "input", "data": _TYPED},
            {"from": "keyboard", "data": {"type": "pressAndRelease", "key": "enter"}},
        ],
        "not-afk",
        "web",
    ),
    RawRecord(1717335904.513, 0.0, [], "not-afk", "web"),
)
# its processed events, in full where the appendix gives them in full
SENTENCES = (
    "The user opens a new browser tab and navigates to the Google homepage.",
    "The user switches to the 'Code.exe' application but does not perform any specific actions.",
    "The user continues to remain on the 'Code.exe' application without performing any actions.",
    "The user types a Markdown entry about research on sustainable branding in Visual Studio Code.",
    "The user works on the file 'brandResearch.md' in the project 'SustainableBrandResearch' in Visual Studio Code.",
    "The user interacts with Katla's website, viewing eco-friendly loungewear products made by the sea.",
    "The user writes Markdown notes in Visual Studio Code about Katla's product pricing.",
    "The user moved the mouse and clicked the left button within Visual Studio Code.",
)
KNOWN = (("web",), ("swift ui", "liebiao", "web"), ("web",))


def paper_told() -> tuple[list[str], int, int]:
    """The records told by rules: the sentences, how many of their known words are told, of how many."""
    segments = [record_to_segment(record) for record in RECORDS]
    told = [
        tell(facts(item, before)) for item, before in zip(segments, [None, *segments], strict=False)
    ]
    found = [
        word in sentence for sentence, words in zip(told, KNOWN, strict=True) for word in words
    ]
    return told, sum(found), len(found)
