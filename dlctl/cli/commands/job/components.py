"""Components that a command on jobs names."""

from collections.abc import Iterable

from dlctl.app.find import find_component
from dlctl.cli.runtime import Runtime
from dlctl.workflow.jobs.listing import JobQuery


def check_components(runtime: Runtime, query: JobQuery, found: Iterable[str]) -> None:
    """Raise AppError for a component that the app does not have, and that no job belongs to."""
    known = frozenset(found)
    for name in query.components:
        if name not in known:
            find_component(runtime.app(), name)
