"""The flags of commands that talk to clusters, and what the engine needs of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlctl.app.model import App
from dlctl.cli.connect import ClusterFlags, connector
from dlctl.cli.output.streams import Style, say
from dlctl.cli.runtime import World
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.workflow.online import Access


def access_for(
    world: World, kubeconfig: Path | None, context: str, request_timeout: float, **choices: Any
) -> Access:
    """How a command may use clusters; `choices` are Access's own fields."""
    flags = ClusterFlags(kubeconfig, context, request_timeout)
    return Access(
        connect=connector(world, flags), note=lambda text: say(f"warning: {text}", Style.WARN), **choices
    )


def open_app(world: World) -> tuple[App, Catalogue]:
    """The app and its catalogue, whose notes are said."""
    app = world.app()
    catalogue = world.catalogue(app)
    for note in catalogue.notes:
        say(f"note: {note}")
    return app, catalogue


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names without repetitions, in their order."""
    return tuple(dict.fromkeys(names))
