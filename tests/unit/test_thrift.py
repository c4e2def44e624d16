"""What `hunch status` says of how seldom the language model is asked."""

from daemon.thrift import Thrift, told


def test_the_share_of_moments_and_the_time_that_it_saves() -> None:
    assert told(Thrift(moments=200, asked=10, asked_s=20.0, ahead_s=60.0)) == (
        "The language model was asked for a task at 10 of 200 moments since the start (5 %),"
        " 2.0 s of processor time each, 5 minutes saved."
    )


def test_nothing_is_saved_where_reading_ahead_took_more() -> None:
    assert told(Thrift(moments=10, asked=5, asked_s=10.0, ahead_s=30.0)).endswith("time each.")
    assert told(Thrift(moments=10)) == ""


def test_what_is_counted() -> None:
    thrift = Thrift()
    for method, loaded in (("need", False), ("predict", False), ("need", True), ("judge", True)):
        thrift = thrift.after(method, 1.0, loaded=loaded)
    thrift = thrift.after("predict", 2.0, loaded=True).after("ahead", 0.5, loaded=True)
    assert thrift == Thrift(2, 1, 2.0, 0.5)
