"""Add, read and update an app's registries."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import remove_in, set_in
from dlctl.app.model import App
from dlctl.app.package_keys import BUILTIN, check_registry_name, registry_block
from dlctl.app.package_model import RegistryEntry
from dlctl.errors import RegistryError
from dlctl.files.presence import read_file
from dlctl.files.write import FileChange
from dlctl.registry.packages.offer import Offer, read_offer
from dlctl.registry.sources.protocol import RegistrySource
from dlctl.suggest import did_you_mean
from dlctl.text import listed
from dlctl.yamlio.edit.change import set_value

OpenSource = Callable[[RegistryEntry], RegistrySource]
"""Opens a registry; passed in, since only the command line knows the process's environment."""


class Added(Struct, frozen=True):
    """A registry that can be added: its entry with the commit, and what it offers."""

    entry: RegistryEntry
    offer: Offer


def find_registry(app: App, name: str) -> RegistryEntry:
    """The registry of this name. Raises RegistryError if the app has none."""
    if name == BUILTIN:
        raise RegistryError(
            f"'{BUILTIN}' is the built-in registry, which comes with dlctl",
            hint="its prototypes can be used without installing anything",
        )
    if name not in app.registries:
        known = f"registries of this app: {listed(app.registries)}" if app.registries else None
        add = f"add it with 'dlctl registry add {name} LOCATION'"
        raise RegistryError(
            f"registry '{name}' not found", hint=did_you_mean(name, app.registries, known or add)
        )
    return app.registries[name]


def read_new(app: App, entry: RegistryEntry, open_source: OpenSource) -> Added:
    """Read a registry that is to be added. Raises AppError or RegistryError."""
    refuse_existing(app, entry.name)
    newest = open_source(entry).newest()
    return Added(newest, read_offer(entry.name, open_source(newest).tree()))


def refuse_existing(app: App, name: str) -> None:
    """Raise AppError for a name that is not valid, RegistryError for one that is taken."""
    check_registry_name(name)
    if name in app.registries:
        raise RegistryError(
            f"registry '{name}' already exists",
            location=app.registries[name].location,
            hint=f"choose another name, or remove it first: dlctl registry rm {name}",
        )


def add_registry(app: App, entry: RegistryEntry) -> FileChange:
    """The edit that adds a registry, or stores its new revision."""
    return set_in(app.root, APP_FILE, ("registries", entry.name), registry_block(entry))


def store_registries(change: FileChange, entries: Sequence[RegistryEntry]) -> FileChange:
    """The change of dlctl.yaml, which also stores the revisions of registries that are in it."""
    text = (change.after or b"").decode("utf-8")
    for entry in entries:
        for key, value in (("commit", entry.commit), ("tag", entry.tag), ("digest", entry.digest)):
            if value:
                text = set_value(text, ("registries", entry.name, key), value, shown=APP_FILE)
    return replace(change, after=text.encode("utf-8"))


def replace_registries(app: App, entries: Sequence[RegistryEntry]) -> list[FileChange]:
    """The edit that stores registries again, with other revisions."""
    before = read_file(app.root / APP_FILE, APP_FILE)
    return [store_registries(FileChange(app.root / APP_FILE, before, before), entries)]


def remove_registry(app: App, name: str) -> FileChange:
    """The edit that removes a registry. Raises RegistryError if packages of it are installed."""
    entry = find_registry(app, name)
    installed = [pin.name for pin in app.packages.values() if pin.registry == name]
    if installed:
        raise RegistryError(
            f"packages of registry '{name}' are installed: {listed(installed)}",
            location=entry.location,
            hint=f"first remove them: dlctl pkg rm {' '.join(installed[:3])}",
        )
    return remove_in(app.root, APP_FILE, ("registries", name))


def offer_of(app: App, name: str, open_source: OpenSource, revision: str = "") -> Offer:
    """What a registry offers at its pinned commit, or in another revision."""
    return read_offer(name, open_source(find_registry(app, name)).tree(revision))


def newest_of(app: App, name: str, open_source: OpenSource) -> RegistryEntry:
    """The registry's entry with the commit that its ref names now."""
    return replace(open_source(find_registry(app, name)).newest(), location=None)
