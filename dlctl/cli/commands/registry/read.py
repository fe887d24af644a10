"""`dlctl registry describe`."""

from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.registries import print_registry
from dlctl.cli.runtime import Runtime
from dlctl.workflow.packages.registries import find_registry, offer_of


def describe_registry(runtime: Runtime, name: str, output: TableFormat, timeout: float) -> None:
    """Print a registry with its packages. Raises RegistryError."""
    app = runtime.app()
    entry = find_registry(app, name)
    with opened_sources(runtime, timeout) as open_source:
        offer = offer_of(app, name, open_source)
    print_registry(runtime, entry, offer, output)
