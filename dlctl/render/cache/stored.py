"""The stored components of one target."""

from collections.abc import Sequence
from typing import Any

from dlctl.app.model import Target
from dlctl.render.cache.entry import Entry, entry_of
from dlctl.render.cache.store import RenderingStore


class StoredComponents:
    """The stored components of one target: those that are still valid, and those to be written."""

    def __init__(self, store: RenderingStore, target: Target) -> None:
        self._store = store
        self._target = target
        found = store.read(target)
        self._entries: dict[str, Any] = found.get("components", {})
        self._names: dict[str, Any] = found.get("names", {})
        self.added: set[str] = set()
        """The components that are not saved yet."""
        self._changed = False

    def find(self, component: str, digest: str) -> Entry | None:
        """The entry of a component with these inputs."""
        return entry_of(self._entries[component]) if self.holds(component, digest) else None

    def holds(self, component: str, digest: str) -> bool:
        """Whether there is an entry of a component with these inputs."""
        return component in self._entries and self._entries[component]["digest"] == digest

    def put(self, component: str, entry: Entry | None) -> None:
        """Store an entry at the next `save`; None removes a component, which must not be stored."""
        if entry:
            self._entries[component] = entry.data()
            self.added.add(component)
            self._changed = True
        else:
            self._changed |= self._entries.pop(component, None) is not None

    def names(self, reference: str, digest: str) -> Sequence[str]:
        """The names of a prototype's parameters, aliases included; empty if they are not stored."""
        found_digest, names = self._names.get(reference, ("", ()))
        return names if found_digest == digest else ()

    def put_names(self, reference: str, digest: str, names: Sequence[str]) -> None:
        """Store the names of a prototype's parameters at the next `save`."""
        self._names[reference] = (digest, names)
        self._changed = True

    def save(self) -> None:
        """Write what was added; components that the app no longer has are left out."""
        if not self._changed:
            return
        known = self._target.app.components
        entries = {name: entry for name, entry in self._entries.items() if name in known}
        self._store.write(self._target, {"components": entries, "names": self._names})
        self.added.clear()
        self._changed = False
