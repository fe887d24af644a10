"""The packages of an OCI repository as the folders of a registry; an archive is fetched when it is read."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from dlctl.errors import RegistryError
from dlctl.registry.packages.archive import MAX_ARCHIVE, Unpacked, damaged, pack, unpack
from dlctl.registry.packages.content import MAX_FILES, ContentFile, content_of
from dlctl.registry.packages.metadata import REGISTRY_FILE
from dlctl.registry.packages.tree import Entry, EntryKind
from dlctl.registry.packages.vendor import SIGNATURE_SUFFIX
from dlctl.registry.prototypes.source import PACKAGE_FILE, SHARED
from dlctl.registry.signatures.bundle import CosignSignature, bundle
from dlctl.registry.signatures.cosign import SIGNATURE_ANNOTATION
from dlctl.registry.sources.oci.client import OciClient, SignatureLayer
from dlctl.registry.sources.oci.descriptor import Manifest
from dlctl.registry.sources.oci.layout import ARCHIVE_TYPE, PACKAGE_TYPE, Listed, RegistryIndex


class OciTree(Struct, frozen=True):
    """The packages of one index; each is a folder `NAME@VERSION`, with what it shares in it."""

    client: OciClient
    index: RegistryIndex
    fetched: dict[str, Unpacked] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """Empty: packages are pinned by their own manifests."""
        return ""

    @property
    def shown(self) -> str:
        """The repository."""
        return self.client.place.name

    def artifact(self, folder: str) -> str:
        """The digest of a package's manifest."""
        return self.index.packages[folder].manifest.digest

    def signature(self, folder: str) -> bytes:
        """The signatures that cosign made of a package's manifest, with it, as in a .sig file; empty if none.

        Raises RegistryError.
        """
        listed = self.index.packages[folder]
        layers = self.client.signatures(listed.manifest.digest)
        return bundle(_manifest(self.client, listed).data, map(_signature, layers)) if layers else b""

    def shared(self, folder: str) -> str:
        """The folder of what a package shares with others."""
        return f"{folder}/{SHARED}"

    def folders(self) -> tuple[str, ...]:
        """The names of the packages with their versions."""
        return tuple(sorted(self.index.packages))

    def entries(self, folder: str) -> tuple[Entry, ...]:
        """What the archive of a package has, in its own part or in the shared one. Raises RegistryError."""
        name, _, below = folder.partition("/")
        if name not in self.index.packages:
            return ()
        shared = f"{SHARED}/"
        return tuple(
            Entry(f"{name}/{entry.path}", entry.kind, entry.size, entry.executable)
            for entry in self._archive(name).entries
            if entry.path.startswith(shared) == (below == SHARED)
        )

    def read(self, paths: Sequence[str], limit: int) -> Mapping[str, bytes]:
        """The files among these paths; of package.yaml what the index states. Raises RegistryError."""
        found: dict[str, bytes] = {}
        for path in paths:
            data = self._read(path)
            if data is not None:
                found[path] = data
                limit -= len(data)
        if limit < 0:
            raise RegistryError(f"{self.shown}: files are too large together")
        return found

    def _read(self, path: str) -> bytes | None:
        name, _, below = path.partition("/")
        if path == REGISTRY_FILE:
            return self.index.registry_yaml.encode() or None
        if path.removesuffix(SIGNATURE_SUFFIX) in self.index.packages and path not in self.index.packages:
            return self.signature(path.removesuffix(SIGNATURE_SUFFIX)) or None
        if name not in self.index.packages:
            return None
        if below == PACKAGE_FILE:
            return self.index.packages[name].metadata.encode()
        return self._archive(name).files.get(below)

    def _archive(self, name: str) -> Unpacked:
        if name not in self.fetched:
            self.fetched[name] = _fetch(self.client, self.index.packages[name])
        return self.fetched[name]


def _signature(layer: SignatureLayer) -> CosignSignature:
    return CosignSignature(layer.data, layer.annotations.get(SIGNATURE_ANNOTATION, ""))


def _fetch(client: OciClient, listed: Listed) -> Unpacked:
    """A package's archive. Raises RegistryError if it is not what the index says."""
    shown = client.shown(listed.manifest.digest)
    manifest = _manifest(client, listed)
    layers = manifest.descriptors("layers", shown)
    if manifest.artifact_type != PACKAGE_TYPE or [each.media_type for each in layers] != [ARCHIVE_TYPE]:
        raise RegistryError(f"{shown} is not a package", hint="'dlctl pkg push' creates packages")
    data = client.blob(layers[0], MAX_ARCHIVE)
    unpacked = unpack(data, listed.folder)
    _check(unpacked, data, listed)
    return unpacked


def _manifest(client: OciClient, listed: Listed) -> Manifest:
    """A package's manifest. Raises RegistryError if it is not there."""
    found = client.find_manifest(listed.manifest.digest)
    if found is None:
        raise RegistryError(
            f"{client.place.name} does not have the artifact of {listed.folder} any more",
            hint="its owner may have removed it: dlctl registry update",
        )
    return found


def _check(unpacked: Unpacked, data: bytes, listed: Listed) -> None:
    """Raise RegistryError for an archive that `pack` would not write, or with another package.yaml.

    What has other entries than files, or too many, is left to the check of the content, which names them.
    """
    entries = unpacked.entries
    if len(entries) > MAX_FILES or any(entry.kind is not EntryKind.FILE for entry in entries):
        return
    if unpacked.files.get(PACKAGE_FILE) != listed.metadata.encode():
        raise RegistryError(
            f"the archive of {listed.folder} has a different {PACKAGE_FILE} than the index specifies"
        )
    runs = {entry.path: entry.executable for entry in entries}
    content = content_of(ContentFile(path, data, runs[path]) for path, data in unpacked.files.items())
    if content.digest != listed.digest:
        raise RegistryError(
            f"the archive of {listed.folder} has the digest {content.digest}, not "
            f"{listed.digest} as specified"
        )
    if pack(content) != data:
        raise damaged(listed.folder)
