"""Store a package in a registry: a directory, or an OCI repository."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from dlctl import API_VERSION
from dlctl.errors import Location, RegistryError
from dlctl.files.presence import file_exists, read_file
from dlctl.registry.packages.content import Content
from dlctl.registry.packages.metadata import PackageMetadata, read_package
from dlctl.registry.packages.offer import Offer, Offered, content, signature
from dlctl.registry.packages.vendor import SIGNATURE_SUFFIX
from dlctl.registry.prototypes.source import PACKAGE_FILE
from dlctl.registry.signatures.bundle import check_stated, is_bundle
from dlctl.registry.signatures.ssh import check_made_for
from dlctl.registry.signatures.statement import statement
from dlctl.registry.sources.directory import DirectoryTree
from dlctl.registry.sources.oci.client import OciClient
from dlctl.registry.sources.oci.place import DEFAULT_TAG
from dlctl.registry.sources.oci.push import artifact_of, is_there, push_artifact

REGISTRY_YAML = f"apiVersion: {API_VERSION}\nkind: Registry\nsummary: Packages\n"
"""registry.yaml of a registry that `push` creates."""


class Package(Struct, frozen=True):
    """A package to push: its metadata, its content, and the file of its signatures, if there is one."""

    metadata: PackageMetadata
    content: Content
    signature: bytes = b""

    @property
    def folder(self) -> str:
        """`NAME@VERSION`."""
        return f"{self.metadata.name}@{self.metadata.version}"


class Pushed(Struct, frozen=True):
    """What was pushed, or would be: `new` is false if the registry has it already.

    `signature` is the file of its signatures, if it was written; `manifest` is the digest of its manifest in
    an OCI repository; `note` says what else is to be done.
    """

    package: Package
    place: str
    new: bool
    manifest: str = ""
    signature: str = ""
    note: str = ""


class Target(Protocol):
    """Where packages are pushed to."""

    def push(self, package: Package, *, dry_run: bool) -> Pushed:
        """Store a package whole, or not at all. Raises RegistryError, FileError."""
        ...


def read_package_folder(folder: Path, shown: str) -> Package:
    """The package in a folder, with what the registry around it shares, and the signatures beside it.

    Raises RegistryError, also if a signature is not one of this content, or FileError.
    """
    path = f"{shown}/{PACKAGE_FILE}"
    if not file_exists(folder / PACKAGE_FILE, path):
        raise RegistryError(
            f"no {PACKAGE_FILE} in {shown}", hint="name the folder of a package; 'dlctl pkg new' creates one"
        )
    metadata = read_package(read_file(folder / PACKAGE_FILE, path), path, folder.name.partition("@")[0])
    offered = Offered(metadata, folder.name)
    offer = Offer(str(Path(shown).parent), DirectoryTree(folder.parent), "", (offered,), ())
    found = content(offer, offered)
    if not found.prototypes:
        raise RegistryError(
            f"{shown} has no prototypes", hint="a prototype is a folder with a prototype.yaml"
        )
    return Package(metadata, found, _signature(offer, offered, found.digest))


def _signature(offer: Offer, offered: Offered, digest: str) -> bytes:
    """The file of signatures beside a package. Raises RegistryError if one is of something else."""
    data = signature(offer, offered)
    package = (offered.name, offered.version, digest)
    try:
        if is_bundle(data):
            check_stated(data, package)
        elif data:
            check_made_for(data, statement(*package))
    except RegistryError as error:
        location = Location(f"{offer.registry}/{offered.folder}{SIGNATURE_SUFFIX}")
        hint = "sign the package again, or remove the file"
        raise RegistryError(error.message, location=location, hint=hint) from error
    return data


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
        digest = artifact.listed.manifest.digest
        return Pushed(package, f"oci://{place}", new, digest, note=_sign_with_cosign(client, package, digest))


def _sign_with_cosign(client: OciClient, package: Package, digest: str) -> str:
    """What to do instead where a package has signatures, which an OCI repository does not keep."""
    if not package.signature:
        return ""
    command = f"cosign sign --key KEY {client.shown(digest)}"
    return f"the signature file of {package.folder} is not pushed: in an OCI repository, sign with: {command}"
