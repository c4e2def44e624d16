"""The one place where the daemon's objects are made, and the order in which they live and end."""

import asyncio
import logging
import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp

from daemon.api import Api
from daemon.assistant import Assistant
from daemon.attached import Attached
from daemon.backups import Backups
from daemon.broadcast import Broadcast
from daemon.children import Child
from daemon.config import Settings
from daemon.coverage import Gaps
from daemon.egress import Ledger
from daemon.errors import HunchError, full_disk_told
from daemon.executor import Executor
from daemon.follower import Follower
from daemon.forget import Forgetter
from daemon.keys import VARIABLE
from daemon.learning import Learning
from daemon.lock import DataDirLock
from daemon.logfile import logged
from daemon.past import Past
from daemon.place import Place
from daemon.popup import Popup
from daemon.privacy import Privacy, Rules
from daemon.profile import Sentences
from daemon.recall import Recall
from daemon.recorder import Recorder
from daemon.retention import Retention
from daemon.server import Rights, create_app
from daemon.server import serve as serve_api
from daemon.skills import Skills, all_skills
from daemon.sources import Sources
from daemon.stages import Stages
from daemon.standing import Standing
from daemon.store import Store, coverage
from daemon.tasks import cancel, left_over
from daemon.token import leave_write_token, token_of
from daemon.tools import SystemClipboard, Tools, browse
from daemon.worker import ModelWorker, setup_of
from models.engine.address import KEY
from models.offline import go_offline
from models.sealed import seal
from models.segment import Segment
from models.segmenter import Limits
from watchers.platform import read_session
from watchers.watcher import Watcher

log = logging.getLogger(__name__)

TELL_S = 10.0  # for what is still open when the daemon is told to stop


def serve(settings: Settings, started: Callable[[int, datetime | None], None]) -> None:
    """Run the daemon until it is told to stop.

    Args:
        settings: How.
        started: Told the port, once the local API answers there, and until when Hunch is silent.

    Raises:
        HunchError: It cannot start; the message says what to do.
    """
    seal()
    folder = settings.data_path
    if settings.offline:
        go_offline()
    with (
        full_disk_told(folder),
        DataDirLock(folder) as lock,
        logged(folder / "hunch.log"),
        Store.open(folder / "hunch.db") as store,
    ):
        os.environ.pop(VARIABLE, None)  # used; no child is to inherit it
        asyncio.run(Service(settings, lock, store, started).run())


class Service:
    """Everything that lives as long as the daemon."""

    def __init__(
        self,
        settings: Settings,
        lock: DataDirLock,
        store: Store,
        started: Callable[[int, datetime | None], None],
    ) -> None:
        self._settings = settings
        self._started = started
        self._lock = lock
        self._store = store
        self._stop = asyncio.Event()
        self._has_agent = settings.agent and settings.model != "none"
        self._place = Place(settings.port)
        privacy = Privacy(Rules.of(settings))
        self._recorder = Recorder(store, privacy)
        self._gaps = Gaps(self._recorder.record, privacy.hide, privacy.show, socket.gethostname())
        self._recorder.coverage = self._gaps
        self._gaps.opened = self._recorder.wake
        # Out of this process's environment: no other child is to inherit the key.
        key = os.environ.pop(KEY, "")
        self._worker = ModelWorker(setup_of(settings), Ledger(store, _now), key=key)
        self._broadcast = Broadcast()
        self._popup = Popup(store, settings, self._recorder, self._broadcast.publish, _now)
        self._skills = Skills(
            all_skills(
                search_url=settings.search_url, stretch_s=settings.stretch_s, past=Past(store.read)
            )
        )
        self._follower = self._new_follower()
        self._recorder.gained = self._follower.gained
        self._tray = Child("tray", "--data-dir", str(settings.data_path))
        self._executor = Executor(self._skills, store, self._tools)
        self._backups = Backups(settings.data_path / "hunch.db", settings.raw_days, _now)
        self._retention = Retention(
            store, settings, clock=_now, typed=lambda: self._recorder.last_typing
        )
        self._sources: Sources | None = None
        self._attached = Attached(settings.port, store, self._recorder, _now)
        self._api = self._new_api()

    def _new_follower(self) -> Follower:
        """What makes sentences of events, and tasks of sentences."""

        async def step(segment: Segment) -> None:
            await assistant.step(segment)
            await stages.ahead()

        stages = Stages(
            self._store,
            self._worker,
            self._skills,
            Learning(self._store.read, self._settings, _now),
            self._popup.manners,
            agent=lambda: self._has_agent and not self._follower.waiting,
            reached=lambda: self._follower.reached,
            recall=Recall(
                self._store.read,
                _now,
                Sentences(self._store.read, _now),
                self._settings.agent_tasks,
            ),
            advice=self._settings.advice,
            refine=self._settings.refine,
        )
        assistant = Assistant(
            describe=stages.describe,
            need=stages.need,
            predict=stages.predict,
            judge=stages.judge,
            propose=stages.propose,
        )
        limits = Limits(pause_s=self._settings.pause_s, segment_s=self._settings.segment_s)
        return Follower(self._store, limits, stages.begin, step, stages.describe)

    def _new_api(self) -> Api:
        """What clients can ask for."""
        forgetter = Forgetter(
            self._store,
            self._settings.data_path,
            recorder=self._recorder,
            follower=self._follower,
            manners=self._popup.manners,
            worker=self._worker,
            backups=self._backups,
            clock=_now,
        )
        standing = Standing(
            self._settings.data_path,
            self._store,
            self._place,
            self._recorder,
            self._follower,
            self._worker,
            self._popup,
            self._tray,
            self._backups,
            self._retention,
            self._attached,
        )
        return Api(
            self._store,
            self._recorder,
            self._popup.manners,
            self._executor,
            self._broadcast,
            forgetter,
            self._popup.shadow,
            standing,
            stop=self._stop,
        )

    async def run(self) -> None:
        """Live until a signal or `hunch stop`."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(left_over)
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self._stop.set)
        listener = await self._place.listen(attached_lately=self._attached.lately)
        also = await self._attached.start(away=self._place.away) if self._place.attached else {}
        self._watch(also)
        now = _now()
        self._gaps.begin(*self._store.read(lambda conn: coverage.left(conn, now)), now)
        await self._popup.start()
        await self._executor.start()
        await self._follower.start(_now())
        leave_write_token(self._settings.data_path)  # for the shell's hook
        app = self._new_app()  # with the token
        self._lock.announce(self._place.port)
        log.info("listening on port %d", self._place.port)
        self._started(self._place.port, self._popup.shadow.until)
        tasks = [asyncio.create_task(work) for work in self._work()]
        telling = asyncio.create_task(self._follower.run(_now, self._stop))
        server = asyncio.create_task(serve_api(app, listener, self._stop))
        try:
            await self._stop.wait()
        finally:
            self._follower.halt()
            self._broadcast.close()
            await cancel(tasks)
            await server
            await asyncio.wait({telling}, timeout=TELL_S)  # the step that it is taking
            await cancel([telling])
            await self._finish()

    def _watch(self, also: Mapping[str, Callable[[], Watcher]]) -> None:
        """Make the watchers, and tell who asks them; nothing runs yet."""
        self._sources = self._popup.sources = Sources(
            self._settings, self._recorder, self._gaps, self._popup.typed,
            self._popup.rhythm.switched, also, self._recorder.keeps_copy,
        )  # fmt: skip
        self._recorder.close_runs = self._sources.flush

    def _new_app(self) -> ASGIApp:
        """The local server."""
        given = self._settings
        return create_app(
            self._store,
            self._recorder,
            self._api,
            token=token_of(given.data_path),
            device_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, socket.gethostname())),
            rights=Rights(given.open_reads, given.open_writes, given.extension_origins),
        )

    def _work(self) -> Iterator[Any]:
        if self._sources is not None:
            yield self._sources.run()
        yield self._recorder.run()
        yield self._retention.run()
        yield self._backups.run()
        yield self._attached.run()
        yield self._popup.run(self._api.tell_ends, self._stop)
        if self._settings.tray and read_session().display_server is not None:
            yield self._tray.run()

    async def _finish(self) -> None:
        """Write and tell what is still open; what cannot be told in time, the next start tells."""
        self._gaps.end(_now())
        await self._recorder.flush()
        try:
            async with asyncio.timeout(TELL_S):
                await self._follower.stop(_now())
        except (TimeoutError, HunchError):
            log.warning("the last segments are told at the next start")
        except Exception:
            log.exception("the last segments could not be told")
        await self._worker.close()
        await self._attached.finish()

    def _tools(self) -> Tools:
        board = SystemClipboard(self._recorder.note_copy, self._recorder.keeps_copy)
        return Tools(self._settings.notes_path, board, browse)


def _now() -> datetime:
    return datetime.now(UTC)
