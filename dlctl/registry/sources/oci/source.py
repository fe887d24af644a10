"""An OCI repository as the source of a registry."""

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.package_model import RegistryEntry
from dlctl.errors import RegistryError, UsageError
from dlctl.registry.sources.oci.client import OciClient
from dlctl.registry.sources.oci.layout import RegistryIndex, read_index
from dlctl.registry.sources.oci.open_client import open_client
from dlctl.registry.sources.oci.place import DEFAULT_TAG, HOST, OciPlace, check_tag, parse_place
from dlctl.registry.sources.oci.tree import OciTree
from dlctl.registry.sources.protocol import Surroundings


class OciSource(Struct, frozen=True):
    """A registry in an OCI repository, at a tag or a digest."""

    entry: RegistryEntry
    surroundings: Surroundings

    def newest(self) -> RegistryEntry:
        """The entry with the digest that its tag names now; a digest without a tag stays.

        Raises RegistryError if it cannot be read, or if a version of a package has other content than before.
        """
        if self.entry.digest and not self.entry.tag:
            return self.entry
        client = self.client()
        tag = self.entry.tag or DEFAULT_TAG
        now = find_index(client, tag)
        if now is None:
            raise _missing(client, tag, "'dlctl pkg push' creates it")
        if self.entry.digest not in ("", now.digest):
            before = find_index(client, self.entry.digest)
            if before is not None:
                _refuse_changed(before, now, self.entry)
        return replace(self.entry, tag=tag, digest=now.digest)

    def tagged(self, package: str, version: str) -> str:
        """Empty: all versions are in the index."""
        return ""

    def tree(self, revision: str = "") -> OciTree:
        """The packages at the entry's digest. Raises RegistryError."""
        if revision:
            raise RegistryError(
                f"registry '{self.entry.name}' is an OCI repository, which has no commits",
                location=self.entry.location,
                hint="name a version instead",
            )
        client = self.client()
        reference = self.entry.digest or self.entry.tag or DEFAULT_TAG
        found = find_index(client, reference)
        if found is None:
            raise _missing(
                client, reference, f"to use what it has now: dlctl registry update {self.entry.name}"
            )
        return OciTree(client, found)

    def client(self) -> OciClient:
        """Requests to the repository, for reading. Raises RegistryError for an entry that is not valid."""
        return open_client(self._place(), self.surroundings, self._storage())

    def _place(self) -> OciPlace:
        """Check what dlctl.yaml states, as if it was written on the command line."""
        hint = "write HOST[:PORT]/REPOSITORY, and 'tag' or 'digest' beside it"
        try:
            place = parse_place(self.entry.oci)
            if self.entry.tag:
                check_tag(self.entry.tag)
        except UsageError as error:
            raise RegistryError(error.message, location=self.entry.location, hint=hint) from error
        if place.tag or place.digest:
            raise RegistryError(
                f"'{self.entry.oci}' is not the name of an OCI repository",
                location=self.entry.location,
                hint=hint,
            )
        return place

    def _storage(self) -> str:
        if self.entry.storage and not HOST.fullmatch(self.entry.storage):
            raise RegistryError(f"'{self.entry.storage}' is not a host", location=self.entry.location)
        return self.entry.storage


def find_index(client: OciClient, reference: str) -> RegistryIndex | None:
    """The registry at a tag or digest; None if there is nothing. Raises RegistryError if it is none."""
    manifest = client.find_manifest(reference)
    return None if manifest is None else read_index(manifest, client.shown(reference))


def _missing(client: OciClient, reference: str, hint: str) -> RegistryError:
    return RegistryError(f"{client.shown(reference)} not found, or no permission to read it", hint=hint)


def _refuse_changed(before: RegistryIndex, now: RegistryIndex, entry: RegistryEntry) -> None:
    """Raise RegistryError if a version has other content than before: a version never changes."""
    for folder, old in before.packages.items():
        new = now.packages.get(folder)
        if new is not None and new.digest != old.digest:
            raise RegistryError(
                f"{folder} of registry '{entry.name}' was changed: its content was {old.digest[:19]}, and is "
                f"{new.digest[:19]} now",
                location=entry.location,
                hint="versions never change; ask the owner. To accept it, remove 'digest' in dlctl.yaml",
            )
