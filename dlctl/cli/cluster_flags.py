"""Options of commands that use clusters, converted for the engine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlctl.app.model import App
from dlctl.cli.connect import ClusterFlags, connector
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.workflow.online import Access


def access_for(
    runtime: Runtime, kubeconfig: Path | None, context: str, request_timeout: float, **choices: Any
) -> Access:
    """The cluster access of a command; `choices` are fields of Access."""
    flags = ClusterFlags(kubeconfig, context, request_timeout)
    return Access(
        connect=connector(runtime, flags), note=lambda text: log(f"warning: {text}", Style.WARN), **choices
    )


def open_app(runtime: Runtime) -> tuple[App, Catalogue]:
    """The app and its catalogue; prints the catalogue's notes."""
    app = runtime.app()
    catalogue = runtime.catalogue(app)
    for note in catalogue.notes:
        log(f"note: {note}")
    return app, catalogue


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names without duplicates, in order."""
    return tuple(dict.fromkeys(names))
