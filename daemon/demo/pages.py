"""The demo's web: a few pages on a free port of 127.0.0.1, since no other page is reached from here."""

import html
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from daemon.demo.script import Page

TEMPLATE = """<!doctype html><meta charset="utf-8"><title>{title}</title>
<style>
  body {{ font: 17px/1.5 "DejaVu Sans", sans-serif; margin: 24px 40px; min-height: 2400px }}
  pre {{ user-select: all; background: #f2f4f7; padding: 90px 16px; white-space: pre-wrap }}
  input {{ font: inherit; width: 70%; padding: 8px }}
</style>
<h1>{title}</h1>{form}<p>{text}</p>{snippet}"""

FORM = '<form action="/search"><input name="q" autofocus autocomplete="off"></form>'


class Web:
    """Serves pages while it is open, as a context manager."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo-web")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"


def render(page: Page, query: str) -> str:
    """The page as HTML, with the words searched put in."""

    def fill(text: str) -> str:
        return html.escape(text.replace("{query}", query))

    return TEMPLATE.format(
        title=fill(page.title),
        form=FORM if page.search_box else "",
        text=fill(page.text),
        snippet=f"<pre>{fill(page.snippet)}</pre>" if page.snippet else "",
    )


def _handler(pages: Sequence[Page]) -> type[BaseHTTPRequestHandler]:
    by_path = {page.path: page for page in pages}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            page = by_path.get(address.path)
            if page is None:
                self.send_error(404)
                return
            body = render(page, parse_qs(address.query).get("q", [""])[0]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return Handler
