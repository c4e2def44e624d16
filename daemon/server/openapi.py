"""The API's description in OpenAPI 3.1, made from the endpoints and the Structs that they take and give."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from daemon.server.answers import Refusal
from daemon.server.endpoint import Endpoint

PATH = "/api/hunch/0/openapi.json"
# What stands in a query, and in which shape.
QUERY: dict[str, dict[str, Any]] = {
    "pulsetime": {"type": "number", "minimum": 0},
    "limit": {"type": "integer", "minimum": -1},
    "start": {"type": "string", "format": "date-time"},
    "end": {"type": "string", "format": "date-time"},
}
NUMBERS = ("event_id", "proposal_id")


def described(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """The endpoints, and the one that describes them all."""

    async def tell(request: Request) -> Response:
        """This description."""
        return Response(told, media_type="application/json")

    whole = [*endpoints, Endpoint("GET", PATH, tell)]
    told = msgspec.json.encode(document(whole))  # it describes itself, too
    return whole


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The description (spec.openapis.org/oas/v3.1.1)."""
    kinds = [kind for one in endpoints for kind in (one.body, one.gives) if kind is not None]
    kinds = [*kinds, Refusal]
    schemas, components = msgspec.json.schema_components(
        kinds, ref_template="#/components/schemas/{name}"
    )
    of = {repr(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hunch's local API",
            "version": version("hunch-assistant"),
            "description": "On 127.0.0.1 alone. The token lies in the data folder.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    refused = {
        "description": "Why not.",
        "content": {"application/json": {"schema": schemas[repr(Refusal)]}},
    }
    found: dict[str, Any] = {
        "summary": (one.handler.__doc__ or "").strip().partition("\n")[0],
        "parameters": [*_parts(one.path), *(_asked(name, one) for name in one.query)],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {one.kind: {"schema": schemas[repr(one.gives)]}},
            },
            "4XX": refused,
            "503": refused,
        },
    }
    if one.also is not None:
        found["responses"][str(one.also[0])] = {"description": one.also[1]}
    if one.body is not None:
        content = {"application/json": {"schema": schemas[repr(one.body)]}}
        found["requestBody"] = {"required": True, "content": content}
    if one.open:
        found["security"] = [{}, {"token": []}]
    return found


def _parts(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1}
            if name in NUMBERS
            else {"type": "string", "minLength": 1, "maxLength": 256},
        }
        for name in names
    ]


def _asked(name: str, one: Endpoint) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": name in one.needs, "schema": QUERY[name]}
