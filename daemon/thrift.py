"""How seldom the language model is asked for tasks, and what that saves: counted since the daemon began."""

import msgspec

from models.messages import Unused
from models.unseen import length

LEAST_S = 0.05  # an answer that took less was another machine's, or another program's, work


class Thrift(msgspec.Struct, frozen=True):
    """What the questions to the model worker came to.

    Attributes:
        moments: At which the gate was asked.
        asked: At which the language model, wherever it runs, was asked for a task.
        asked_s: Seconds of this machine's processor that its answers took.
        ahead_s: And those that reading ahead took, at moments at which it was not asked, too.
        unused: What it said for nothing.
    """

    moments: int = 0
    asked: int = 0
    asked_s: float = 0.0
    ahead_s: float = 0.0
    unused: Unused = Unused()

    def after(self, method: str, cpu_s: float, *, asked: bool) -> "Thrift":
        """With one more question: of which kind, what it took, and whether a language model was asked for a task."""
        if method == "need":
            return msgspec.structs.replace(self, moments=self.moments + 1)
        if method == "ahead":
            return msgspec.structs.replace(self, ahead_s=self.ahead_s + cpu_s)
        if asked:
            more = {"asked": self.asked + 1, "asked_s": self.asked_s + cpu_s}
            return msgspec.structs.replace(self, **more)
        return self

    def without(self, unused: Unused) -> "Thrift":
        """With more that the language model said for nothing."""
        return msgspec.structs.replace(self, unused=self.unused.plus(unused))


def told(thrift: Thrift) -> str:
    """In a sentence; empty while the language model was not asked."""
    if not thrift.asked:
        return ""
    each_s = thrift.asked_s / thrift.asked
    saved_s = thrift.moments * each_s - thrift.asked_s - thrift.ahead_s
    saved = f", {length(saved_s)} saved" if saved_s >= 1 else ""
    took = f", {each_s:.1f} s of processor time each{saved}" if each_s >= LEAST_S else ""
    return (
        f"The language model was asked for a task at {thrift.asked} of {thrift.moments} moments since the"
        f" start ({100 * thrift.asked / max(thrift.moments, thrift.asked):.0f} %){took}."
    )


def wasted(
    unused: Unused, said: str = "What the language model said for nothing since the start"
) -> str:
    """What the language model said for nothing, in a sentence that begins with `said`; empty for nothing."""
    kinds = (
        (unused.unparsed, "answer", "in no form that can be read"),
        (unused.refused, "sentence", "not of what was seen"),
        (unused.unseen, "task", "about what was never seen"),
    )
    found = [f"{count} {noun}{'s' * (count > 1)} {why}" for count, noun, why in kinds if count]
    return f"{said}: {', '.join(found)}." if found else ""
