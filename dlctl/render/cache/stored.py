"""The stored components of one target."""

from collections.abc import Sequence

from msgspec import DecodeError, EncodeError, Raw, msgpack

from dlctl.app.model import Target
from dlctl.render.cache.entry import Entry
from dlctl.render.cache.store import RenderingStore, StoredEntry, StoredFile


class StoredComponents:
    """The stored components of one target: those that are still valid, and those to be written."""

    def __init__(self, store: RenderingStore, target: Target) -> None:
        self._store = store
        self._target = target
        found = store.read(target)
        self._entries = found.components
        self._names = found.names
        self._decoder = msgpack.Decoder(Entry)
        self.added: set[str] = set()
        """The components that are not saved yet."""
        self._changed = False

    def find(self, component: str, digest: str) -> Entry | None:
        """The entry of a component with these inputs."""
        if not self.holds(component, digest):
            return None
        try:
            return self._decoder.decode(self._entries[component].content)
        except DecodeError:
            return None

    def holds(self, component: str, digest: str) -> bool:
        """Whether there is an entry of a component with these inputs."""
        return component in self._entries and self._entries[component].digest == digest

    def put(self, component: str, entry: Entry | None) -> None:
        """Store an entry at the next `save`; None removes a component, which must not be stored.

        An entry with a value that has no form in the file is not stored.
        """
        content = _content(entry) if entry else None
        if entry and content:
            self._entries[component] = StoredEntry(entry.digest, Raw(content))
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
        self._names[reference] = (digest, tuple(names))
        self._changed = True

    def save(self) -> None:
        """Write what was added; components that the app no longer has are left out."""
        if not self._changed:
            return
        known = self._target.app.components
        entries = {name: entry for name, entry in self._entries.items() if name in known}
        self._store.write(self._target, StoredFile(entries, self._names))
        self.added.clear()
        self._changed = False


def _content(entry: Entry) -> bytes | None:
    try:
        return msgpack.encode(entry)
    except (EncodeError, TypeError, ValueError, OverflowError, RecursionError):
        return None
