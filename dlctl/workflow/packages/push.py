"""Store a package in a registry: a directory, or an OCI repository."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from dlctl import API_VERSION
from dlctl.errors import RegistryError
from dlctl.files.presence import file_exists, read_file
from dlctl.registry.packages.content import Content
from dlctl.registry.packages.metadata import PackageMetadata, read_package
from dlctl.registry.packages.offer import Offer, Offered, content
from dlctl.registry.prototypes.source import PACKAGE_FILE
from dlctl.registry.sources.directory import DirectoryTree
from dlctl.registry.sources.oci.client import OciClient
from dlctl.registry.sources.oci.place import DEFAULT_TAG
from dlctl.registry.sources.oci.push import artifact_of, is_there, push_artifact

REGISTRY_YAML = f"apiVersion: {API_VERSION}\nkind: Registry\nsummary: Packages\n"
"""registry.yaml of a registry that `push` creates."""


class Package(Struct, frozen=True):
    """A package to push: its metadata and its content."""

    metadata: PackageMetadata
    content: Content

    @property
    def folder(self) -> str:
        """`NAME@VERSION`."""
        return f"{self.metadata.name}@{self.metadata.version}"


class Pushed(Struct, frozen=True):
    """What was pushed, or would be: `new` is false if the registry has it already.

    `manifest` is the digest of its manifest in an OCI repository.
    """

    package: Package
    place: str
    new: bool
    manifest: str = ""


class Target(Protocol):
    """Where packages are pushed to."""

    def push(self, package: Package, *, dry_run: bool) -> Pushed:
        """Store a package whole, or not at all. Raises RegistryError, FileError."""
        ...


def read_package_folder(folder: Path, shown: str) -> Package:
    """The package in a folder, with what the registry around it shares. Raises RegistryError or FileError."""
    path = f"{shown}/{PACKAGE_FILE}"
    if not file_exists(folder / PACKAGE_FILE, path):
        raise RegistryError(
            f"no {PACKAGE_FILE} in {shown}", hint="name the folder of a package; 'dlctl pkg new' makes one"
        )
    metadata = read_package(read_file(folder / PACKAGE_FILE, path), path, folder.name.partition("@")[0])
    offered = Offered(metadata, folder.name)
    offer = Offer(str(Path(shown).parent), DirectoryTree(folder.parent), "", (offered,), ())
    found = content(offer, offered)
    if not found.prototypes:
        raise RegistryError(
            f"{shown} has no prototypes", hint="a prototype is a folder with a prototype.yaml"
        )
    return Package(metadata, found)


class OciTarget(Struct, frozen=True):
    """An OCI repository; `client` opens it, for reading or with the permission to push."""

    client: Callable[[bool], OciClient]

    def push(self, package: Package, *, dry_run: bool) -> Pushed:
        """Store the package's artifact, and list it. Raises RegistryError."""
        client = self.client(not dry_run)
        artifact = artifact_of(package.metadata.name, package.metadata.version, package.content)
        new = not is_there(client, artifact)
        if new and not dry_run:
            push_artifact(client, artifact, REGISTRY_YAML)
        place = client.shown(artifact.listed.tag(client.place.tag or DEFAULT_TAG))
        return Pushed(package, f"oci://{place}", new, artifact.listed.manifest.digest)
