"""What `hunch status` says of how seldom the language model is asked."""

from typing import Any

import msgspec
import pytest

from daemon.cli.status import _tell
from daemon.thrift import Thrift, told, wasted
from models.messages import Unused


def test_the_share_of_moments_and_the_time_that_it_saves() -> None:
    assert told(Thrift(moments=200, asked=10, asked_s=20.0, ahead_s=60.0)) == (
        "The language model was asked for a task at 10 of 200 moments since the start (5 %),"
        " 2.0 s of processor time each, 5 minutes saved."
    )


def test_nothing_is_saved_where_reading_ahead_took_more() -> None:
    assert told(Thrift(moments=10, asked=5, asked_s=10.0, ahead_s=30.0)).endswith("time each.")
    assert told(Thrift(moments=10)) == ""
    assert told(Thrift(moments=10, asked=5, asked_s=0.02)).endswith("(50 %).")  # of a server


def test_what_is_counted() -> None:
    thrift = Thrift()
    for method in ("need", "predict", "need", "judge"):
        thrift = thrift.after(method, 1.0, asked=False)
    thrift = thrift.after("predict", 2.0, asked=True).after("ahead", 0.5, asked=False)
    assert thrift == Thrift(2, 1, 2.0, 0.5)


def test_what_was_said_for_nothing_is_told_where_there_is_any() -> None:
    assert wasted(Unused()) == ""
    assert wasted(Unused(unparsed=1)) == (
        "What the language model said for nothing since the start: 1 answer in no form that can be read."
    )
    assert wasted(Unused(2, 3, 1)).endswith(
        ": 2 answers in no form that can be read, 3 sentences not of what was seen,"
        " 1 task about what was never seen."
    )


def test_status_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    now: dict[str, Any] = {
        "state": "watching",
        "mode": "embedded",
        "port": 1,
        "sources": [],
        "counts": {},
    }
    _tell({**now, "thrift": msgspec.to_builtins(Thrift())})
    assert "for nothing" not in capsys.readouterr().out
    _tell({**now, "thrift": msgspec.to_builtins(Thrift(unused=Unused(refused=2)))})
    assert "since the start: 2 sentences not of what was seen." in capsys.readouterr().out


def test_what_was_said_for_nothing_adds_up_and_never_falls() -> None:
    thrift = Thrift().without(Unused(1, 0, 2)).without(Unused(0, 3, 0))
    assert thrift.unused == Unused(1, 3, 2)
    assert Unused(0, 5, 0).since(Unused(4, 3, 0)) == Unused(0, 2, 0)  # given up meanwhile
