"""The merge of heartbeats, against aw-core's own."""

import warnings
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watchers.event import Event, merge_heartbeat

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # aw-core's own, of its imports
    from aw_core.models import Event as PeerEvent
    from aw_transform.heartbeats import heartbeat_merge

START = datetime(2026, 1, 1, tzinfo=UTC)

# Whole milliseconds: aw-core rounds to them.
seconds = st.integers(-20_000, 20_000).map(lambda number: number / 1000)
lengths = st.integers(0, 20_000).map(lambda number: number / 1000)
datas = st.sampled_from([{}, {"app": "a"}, {"app": "b"}, {"app": "a", "title": "t"}])


@given(lengths, datas, seconds, lengths, datas, lengths)
def test_two_events_merge_as_aw_core_merges_them(
    length: float,
    data: dict[str, str],
    gap: float,
    other_length: float,
    other_data: dict[str, str],
    pulsetime_s: float,
) -> None:
    last = Event(START, length, data)
    heartbeat = Event(START + timedelta(seconds=gap), other_length, other_data)
    peer = heartbeat_merge(_peer(last), _peer(heartbeat), pulsetime_s)
    ours = merge_heartbeat(last, heartbeat, pulsetime_s)
    assert (ours is None) == (peer is None)
    if ours is not None and peer is not None:
        assert ours.timestamp == peer.timestamp
        assert ours.data == peer.data
        assert abs(ours.duration - peer.duration.total_seconds()) < 1e-6
        assert last.duration == length  # what was handed in stays


def _peer(event: Event) -> "PeerEvent":
    return PeerEvent(
        timestamp=event.timestamp, duration=timedelta(seconds=event.duration), data=dict(event.data)
    )
