"""Heartbeats a second: in the process, and over HTTP, ours and ActivityWatch's in the same run."""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from daemon.bench import workload
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
IN_PROCESS, OVER_HTTP = "heartbeats in the process", "heartbeats over HTTP"


def in_process(folder: Path, python: Path | None, count: int) -> Iterator[SpeedRow]:
    """Through the recorder, privacy included, until all is on disk; beside aw-core's two stores."""
    ours, few = asyncio.run(_ours(folder, count)), max(1, round(count * THEIRS))
    try:
        theirs = store_rates(python, folder, few) if python else {}
    except PeersMissingError:
        theirs = {}
    goals = dict(zip(STORES, ("25 times", "8 times"), strict=True))
    yield SpeedRow("hunch", IN_PROCESS, count, {"per_s": ours})
    for name in STORES:
        rate = theirs.get(name)
        figures = {"per_s": rate, "ratio": ours / rate if rate else None}
        yield SpeedRow(f"aw-core {name}", IN_PROCESS, few, figures, f"hunch at least {goals[name]}")


async def _ours(folder: Path, count: int) -> float:
    with Store.open(folder / "hunch.db") as store:
        recorder = Recorder(store, Privacy(Rules()))
        events = [Event(when, data=data) for when, data in workload.heartbeats(count)]
        began = flushed = time.perf_counter()
        for event in events:
            recorder.heartbeat(BUCKET, event, workload.PULSE_S)
            if (now := time.perf_counter()) - flushed > FLUSH_S:
                await recorder.flush()
                flushed = now
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


class _Client:
    """A keep-alive client of ActivityWatch's API that fills one bucket."""

    def __init__(self, port: int, name: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._path = f"/api/0/buckets/aw-watcher-window_{name}"
        bucket = {"client": "bench", "type": "currentwindow", "hostname": "bench"}
        self._post(self._path, bucket)

    def heartbeat(self, event: dict[str, object]) -> None:
        self._post(f"{self._path}/heartbeat?pulsetime={workload.PULSE_S}", event)

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, body: object) -> None:
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise ConnectionError(f"the server answered {answer.status}")


def _bodies(count: int) -> list[dict[str, object]]:
    return [
        {"timestamp": when.isoformat(), "duration": 0, "data": data}
        for when, data in workload.heartbeats(count)
    ]


def _http_rate(port: int, clients: int, count: int) -> float:
    bodies = _bodies(count // clients)

    def fill(client: _Client) -> None:
        for body in bodies:
            client.heartbeat(body)

    made = [_Client(port, f"{clients}-{number}") for number in range(clients)]
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
    client = _Client(port, "paced")
    bodies = _bodies(count)
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
