"""The API's description: whole, and true of a real daemon, whatever schemathesis sends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks

from daemon.server.activitywatch import ActivityWatch
from daemon.server.app import create_app
from daemon.server.hunch import Hunch
from daemon.server.openapi import document

nobody: Any = None
DESCRIPTION = "/api/hunch/0/openapi.json"
ENDS, LASTS = "/api/hunch/0/quit", "/api/hunch/0/stream"
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
)


@pytest.fixture(scope="module")
def daemon(module_daemon: Callable[..., Any]) -> Iterator[Any]:
    yield module_daemon(proposals_per_hour=0)


@pytest.fixture(scope="module")
def told(daemon: Any) -> Any:
    answer = requests.get(
        f"http://127.0.0.1:{daemon.port}{DESCRIPTION}",
        headers={"Authorization": f"Bearer {daemon.token}"},
        timeout=10,
    )
    return answer.json()


def described() -> Any:
    """All operations but the one that ends the daemon and the one that does not end."""
    whole = [*ActivityWatch(nobody, nobody, "d").endpoints(), *Hunch(nobody).endpoints()]
    schema = schemathesis.openapi.from_dict(document(whole)).exclude(path=[ENDS, LASTS])
    found: Any = schema.get_all_operations()
    return [one.ok() for one in found]


@pytest.mark.parametrize("operation", described(), ids=lambda found: found.label)
def test_schemathesis_finds_nothing(operation: Any, daemon: Any) -> None:
    # not by schemathesis' own decorator, whose plugin knows no pytest 9.2
    @given(case=operation.as_strategy())
    @settings(
        max_examples=15, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def asked(case: Any) -> None:
        case.call_and_validate(
            base_url=f"http://127.0.0.1:{daemon.port}",
            headers={"Authorization": f"Bearer {daemon.token}"},
            checks=CHECKS,
            timeout=20,
        )

    asked()


def test_every_route_is_described_and_the_reverse(told: Any) -> None:
    made = create_app(nobody, nobody, nobody, token="t", device_id="d")
    routes = made._app._app.routes  # type: ignore[attr-defined]
    have = {(route.path, method.lower()) for route in routes for method in route.methods}
    says = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert {pair for pair in have if pair[1] != "head"} == says
    endpoints = [*ActivityWatch(nobody, nobody, "d").endpoints(), *Hunch(nobody).endpoints()]
    assert len(says) == len(endpoints) + 1
    assert all(one["summary"] for paths in told["paths"].values() for one in paths.values())


def test_what_needs_no_token_is_said(told: Any) -> None:
    """As the guard has it."""
    says = {
        (method, path)
        for path, methods in told["paths"].items()
        for method, one in methods.items()
        if {} in one.get("security", told["security"])
    }
    bucket = "/api/0/buckets/{bucket_id}"
    assert says == {
        ("get", "/api/0/info"),
        ("post", bucket),
        ("post", f"{bucket}/heartbeat"),
        ("post", f"{bucket}/events"),
    }
