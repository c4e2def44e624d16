"""What `hunch status` says of how seldom the language model is asked."""

from daemon.cli.status import thrift_told


def test_the_share_of_moments_and_the_time_that_it_saves() -> None:
    told = thrift_told(moments=200, asked=10, asked_s=20.0, ahead_s=60.0)
    assert told == (
        "The language model was asked for a task at 10 of 200 moments since the start (5 %),"
        " 2.0 s of processor time each, 5 minutes saved."
    )


def test_nothing_is_saved_where_reading_ahead_took_more() -> None:
    told = thrift_told(moments=10, asked=5, asked_s=10.0, ahead_s=30.0)
    assert told.endswith("(50 %), 2.0 s of processor time each.")
