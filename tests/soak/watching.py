"""A process that takes what watchers see, as the daemon does, and says first what it is about to take.

Run as `python -P -m tests.soak.watching DATABASE FIRST [PORT]`; writes a number a line. With a port, what it
takes is sent to the aw-server there.
"""

import asyncio
import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

from daemon.forwarding import Forwarder
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store
from watchers.event import Bucket, Event
from watchers.forwarding import Peer

KEYS = Bucket("aw-watcher-input_soak", "os.hid.input", "aw-watcher-input", "soak")
WINDOW = Bucket("aw-watcher-window_soak", "currentwindow", "aw-watcher-window", "soak")
PAUSE_S = 0.01


async def watch(path: Path, first: int, port: int) -> None:
    """Take a key a time, and the window in front, until killed."""
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules()))
        peer = Peer(port)
        forwarder = Forwarder(store, recorder, peer, [KEYS.id], lambda: datetime.now(UTC), 0.1)
        await forwarder.start()
        works = [recorder.run(), forwarder.run()] if port else [recorder.run()]
        writing = [asyncio.create_task(work) for work in works]
        for number in itertools.count(first):
            now = datetime.now(UTC)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            data = {"from": "mouse", "data": {"type": "click", "button": "left"}, "number": number}
            recorder.insert(KEYS, Event(now, 0.0, data))
            front = {"app": "Writer", "title": f"page {number // 100}"}
            recorder.heartbeat(WINDOW, Event(now, 0.0, front), 10.0)
            await asyncio.sleep(PAUSE_S)
        await asyncio.gather(*writing)


if __name__ == "__main__":
    asyncio.run(watch(Path(sys.argv[1]), int(sys.argv[2]), int([*sys.argv, "0"][3])))
