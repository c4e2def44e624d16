"""Every fault test says in a line what was acknowledged, what was found, what was lost."""

from collections.abc import Callable

import pytest


@pytest.fixture
def say(
    record_property: Callable[[str, object], None], request: pytest.FixtureRequest
) -> Callable[[str], None]:
    """Prints a line at the end of the run."""
    return lambda line: record_property("soak", f"{request.node.name}: {line}")
