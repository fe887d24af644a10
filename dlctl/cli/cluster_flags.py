"""The flags of commands that talk to clusters, and what the engine needs of them."""

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
    """How a command may use clusters; `choices` are Access's own fields."""
    flags = ClusterFlags(kubeconfig, context, request_timeout)
    return Access(
        connect=connector(runtime, flags), note=lambda text: log(f"warning: {text}", Style.WARN), **choices
    )


def open_app(runtime: Runtime) -> tuple[App, Catalogue]:
    """The app and its catalogue, whose notes are said."""
    app = runtime.app()
    catalogue = runtime.catalogue(app)
    for note in catalogue.notes:
        log(f"note: {note}")
    return app, catalogue


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names without repetitions, in their order."""
    return tuple(dict.fromkeys(names))
