"""One endpoint: its route and its description, from the same line. Knows no endpoint of ours."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What can be asked, and how it is described.

    Attributes:
        method: ``GET``, ``POST`` or ``DELETE``.
        path: With its parts in braces.
        handler: Answers; the first line of its docstring is the summary.
        body: Type of the JSON that is sent; None where nothing is.
        gives: Type of the JSON that comes back.
        query: Names of what may stand in the query (see `QUERY`).
        needs: Those of them that must.
        open: Whether a watcher may ask without the token.
        also: A further status, and what it says.
        kind: The answer's media type.
    """

    method: str
    path: str
    handler: Handler
    body: Any = None
    gives: Any = dict[str, Any]
    query: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    open: bool = False
    also: tuple[int, str] | None = None
    kind: str = "application/json"

    def route(self) -> Route:
        """The route."""
        return Route(self.path, self.handler, methods=[self.method])
