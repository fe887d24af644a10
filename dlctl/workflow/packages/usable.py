"""Whether the prototypes of packages can be used at all, before the packages are installed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dlctl.app.model import App
from dlctl.params.schema import check_schemas
from dlctl.registry.packages.catalogue import app_catalogue
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.packages.verify import Verifier


def check_usable(after: App, staged: Mapping[str, Path], found: Sequence[Vendored]) -> None:
    """Read every prototype of `found`, and compile its schemas; `after` is the app that has the packages.

    Raises RegistryError with the file and line in vendor/ of what is not valid: nothing is installed then.
    """
    catalogue = app_catalogue(after, Verifier(after.root), staged=staged)
    for vendored in found:
        for name in vendored.content.prototypes:
            check_schemas(catalogue.find(f"{vendored.pin.name}/{name}"))
