"""`dlctl pkg search` and `dlctl pkg describe`."""

from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.packages import print_available, print_package
from dlctl.cli.runtime import Runtime
from dlctl.workflow.packages.read import available_packages, installed_package, offered_package


def search_packages(runtime: Runtime, text: str, output: TableFormat, timeout: float) -> None:
    """Print what the registries offer. A registry that cannot be read is an error after the others."""
    app = runtime.app()
    with opened_sources(runtime, timeout) as open_source:
        found = available_packages(app, text, open_source)
    print_available(runtime, found, output)


def describe_package(runtime: Runtime, name: str, output: TableFormat, timeout: float) -> None:
    """Print a package: from vendor/ if it is installed, else from its registry. Raises RegistryError."""
    app = runtime.app()
    if name in app.packages:
        print_package(runtime, installed_package(app, runtime.catalogue(), name), output)
        return
    with opened_sources(runtime, timeout) as open_source:
        found = offered_package(app, name, open_source)
    print_package(runtime, found, output)
