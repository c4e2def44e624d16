"""Heartbeats a second: in the process, and over HTTP, ours and ActivityWatch's in the same run."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from daemon.bench import workload
from daemon.bench.keepalive import Client
from daemon.bench.peers import STORES, PeersMissingError, server, store_rates
from daemon.bench.processes import daemon
from daemon.bench.rows import SpeedRow, percentile
from daemon.privacy import Privacy, Rules
from daemon.recorder import FLUSH_S, Recorder
from daemon.store import Store
from watchers.event import Bucket, Event

BUCKET = Bucket("aw-watcher-window_bench", "currentwindow", "aw-watcher-window", "bench")
THEIRS = 0.1  # of our number: they take so much longer
CLIENTS = (1, 8)
PACED_PER_S = 200
OVER_HTTP = "heartbeats over HTTP"
WAYS = {"store": "heartbeats in the process", "server": "bodies of heartbeats in the process"}
OURS = (
    f"kept in memory, on disk within {FLUSH_S} s"  # as the store promises what we watch ourselves
)
PROMISED = {"PeeweeStorage": "on disk each", "SqliteStorage": "on disk 51 at a time"}
GOALS = {"PeeweeStorage": "hunch at least 25 times", "SqliteStorage": "hunch at least 8 times"}


def in_process(folder: Path, python: Path | None, count: int) -> Iterator[SpeedRow]:
    """Through the recorder, privacy included, until all is on disk; beside aw-core's two stores.

    From two starting points, each the same for both: from made events, and from decoded bodies.
    """
    few = max(1, round(count * THEIRS))
    try:
        theirs = store_rates(python, folder, few) if python else {}
    except PeersMissingError:
        theirs = {}
    for way, said in WAYS.items():
        ours = asyncio.run(_ours(folder / f"{way}.db", count, decoded=way == "server"))
        yield SpeedRow("hunch", f"{said}; {OURS}", count, {"per_s": ours})
        for name in STORES:
            rate = theirs.get(name, {}).get(way)
            figures = {"per_s": rate, "ratio": ours / rate if rate else None}
            yield SpeedRow(
                f"aw-core {name}", f"{said}; {PROMISED[name]}", few, figures, GOALS[name]
            )


async def _ours(path: Path, count: int, *, decoded: bool) -> float:
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules()))
        bodies = workload.bodies(count)
        events = None if decoded else msgspec.convert(bodies, list[Event])
        began = flushed = time.perf_counter()
        for event in events or (msgspec.convert(body, Event) for body in bodies):
            recorder.heartbeat(BUCKET, event, workload.PULSE_S)
            if time.perf_counter() - flushed > FLUSH_S:
                await recorder.flush()
                flushed = time.perf_counter()
        await recorder.flush()
        return count / (time.perf_counter() - began)


def over_http(folder: Path, python: Path | None, count: int) -> Iterator[SpeedRow]:
    """Over HTTP with the same keep-alive client; ours acknowledges what is on disk."""
    with daemon(folder / "http") as ours:
        rates = {clients: _http_rate(ours.port, clients, count) for clients in CLIENTS}
        paced = _paced(ours.port, count)
    theirs: dict[int, float] = {}
    if python is not None:
        try:
            with server(python, folder) as (port, _):
                theirs = {clients: _http_rate(port, clients, count) for clients in CLIENTS}
        except PeersMissingError:
            theirs = {}
    for clients in CLIENTS:
        what = f"{OVER_HTTP}, {clients} client{'s' if clients > 1 else ''}"
        yield SpeedRow("hunch", what, count, {"per_s": rates[clients]})
        rate = theirs.get(clients)
        figures = {"per_s": rate, "ratio": rates[clients] / rate if rate else None}
        yield SpeedRow("aw-server", what, count, figures, "hunch at least 10 times")
    figures = {
        "p50_s": percentile(paced, 0.5),
        "p95_s": percentile(paced, 0.95),
        "p99_s": percentile(paced, 0.99),
    }
    yield SpeedRow(
        "hunch", f"answer at {PACED_PER_S} a second", count, dict(figures), "p99 below 10 ms"
    )


def _http_rate(port: int, clients: int, count: int) -> float:
    bodies = [json.dumps(body).encode() for body in workload.bodies(count // clients)]

    def fill(client: Client) -> None:
        for body in bodies:
            client.heartbeat(body)

    made = [Client(port, f"{clients}-{number}", workload.PULSE_S) for number in range(clients)]
    threads = [threading.Thread(target=fill, args=(client,)) for client in made]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    for client in made:
        client.close()
    return len(bodies) * clients / took


def _paced(port: int, count: int) -> list[float]:
    """Seconds from the moment at which a heartbeat was due until it was acknowledged."""
    client = Client(port, "paced", workload.PULSE_S)
    bodies = [json.dumps(body).encode() for body in workload.bodies(count)]
    began = time.perf_counter()
    late = []
    for number, body in enumerate(bodies):
        due = began + number / PACED_PER_S
        if (rest := due - time.perf_counter()) > 0:
            time.sleep(rest)
        client.heartbeat(body)
        late.append(time.perf_counter() - due)
    client.close()
    return late
