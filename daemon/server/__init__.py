"""The local API on 127.0.0.1: ActivityWatch's endpoints for watchers, ours for tray and command line."""

from daemon.server.app import create_app
from daemon.server.guard import Rights
from daemon.server.serve import bind, serve

__all__ = ["Rights", "bind", "create_app", "serve"]
