"""Look for newer versions of installed packages."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import App
from dlctl.app.package_model import RegistryEntry
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.workflow.packages.install import depended_on, market_for, resolve_install, to_install
from dlctl.workflow.packages.pins import find_pin
from dlctl.workflow.packages.registries import OpenSource, newest_of
from dlctl.workflow.packages.wanted import parse_wanted


class Newer(Struct, frozen=True):
    """The packages in new versions, those that nothing needs any more, and the registries that changed."""

    found: tuple[Vendored, ...]
    gone: tuple[str, ...]
    registries: tuple[RegistryEntry, ...]


def newer_versions(app: App, names: Sequence[str], open_source: OpenSource) -> Newer:
    """The newest versions that fit together, of the named packages or of all that were installed by name.

    Registries are asked for their newest commit; what the packages depend on may change too. Raises
    RegistryError.
    """
    chosen = list(names) or [pin.name for pin in app.packages.values() if not pin.dependency]
    wanted = [parse_wanted(name) for name in chosen]
    pins = [find_pin(app, each.name) for each in wanted]
    entries = {
        name: newest_of(app, name, open_source) for name in dict.fromkeys(pin.registry for pin in pins)
    }
    now = replace(app, registries={**app.registries, **entries})
    market = market_for(now, open_source, wanted)
    free = depended_on(app, [pin.name for pin in pins])
    solved = resolve_install(now, wanted, market, lambda pin: pin.name in free)
    found = to_install(now, wanted, market, solved, by_name=False)
    moved = tuple(entry for name, entry in entries.items() if entry.revision != app.registries[name].revision)
    gone = tuple(name for name, pin in app.packages.items() if pin.dependency and name not in solved)
    return Newer(found, gone, moved)
