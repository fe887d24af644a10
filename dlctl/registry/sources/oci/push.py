"""Store a package in an OCI repository: its archive, its manifest, then the index that lists it."""

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import RegistryError
from dlctl.registry.packages.archive import pack
from dlctl.registry.packages.content import Content
from dlctl.registry.sources.oci.client import OciClient
from dlctl.registry.sources.oci.descriptor import INDEX, MANIFEST, Descriptor, digest_of, manifest_of
from dlctl.registry.sources.oci.layout import (
    ARCHIVE_TYPE,
    EMPTY,
    EMPTY_TYPE,
    PACKAGE_TYPE,
    Listed,
    RegistryIndex,
    listed_of,
    package_manifest,
    package_tags,
)
from dlctl.registry.sources.oci.place import DEFAULT_TAG
from dlctl.registry.sources.oci.source import find_index

_ATTEMPTS = 20


class Artifact(Struct, frozen=True):
    """A package as an artifact: its archive, its manifest, and the line of the index for it."""

    archive: bytes
    manifest: bytes
    listed: Listed


def artifact_of(name: str, version: str, content: Content) -> Artifact:
    """The artifact of a package, equal for equal content. Raises RegistryError if a name is too long."""
    archive = pack(content)
    layer = Descriptor(ARCHIVE_TYPE, digest_of(archive), len(archive))
    empty = Descriptor(EMPTY_TYPE, digest_of(EMPTY), len(EMPTY))
    manifest = manifest_of(package_manifest(name, version, content, layer, empty), name)
    return Artifact(archive, manifest.data, listed_of(manifest.descriptor(), name))


def is_there(client: OciClient, artifact: Artifact) -> bool:
    """Whether the registry lists the package with this content.

    Raises RegistryError if it has the same version with different content, in the index or under its tag.
    """
    index = find_index(client, _tag(client))
    if index is not None and _in_index(index, artifact, client):
        return True
    _refuse_other_content(client, artifact)
    return False


def push_artifact(client: OciClient, artifact: Artifact, registry_yaml: str) -> None:
    """Store a package that is not there; `registry_yaml` is for a repository that is not a registry yet.

    Raises RegistryError if others stored the version with different content meanwhile, or push all the time.
    """
    client.push_blob(EMPTY, EMPTY_TYPE)
    client.push_blob(artifact.archive, ARCHIVE_TYPE)
    client.push_manifest(artifact.listed.tag(_tag(client)), artifact.manifest, MANIFEST)
    for _ in range(_ATTEMPTS):
        index = find_index(client, _tag(client)) or RegistryIndex(registry_yaml, {})
        listed = _in_index(index, artifact, client)
        missing = _unlisted(client, index)
        if listed and not missing:
            return
        packages = {**missing, **index.packages, artifact.listed.folder: artifact.listed}
        client.push_manifest(_tag(client), replace(index, packages=packages).data, INDEX)
    raise RegistryError(
        f"{client.place.name}: another client is pushing to it at the same time", hint="retry"
    )


def _unlisted(client: OciClient, index: RegistryIndex) -> dict[str, Listed]:
    """The packages that are in the repository, and not in the index.

    A registry has no way to replace an index only if it is unchanged: of two that push at once, one may drop
    the other's line. Whoever writes the index last looks afterwards, and adds what is missing.
    """
    tag = _tag(client)
    known = {each.tag(tag) for each in index.packages.values()}
    found = (client.find_manifest(each) for each in package_tags(client.tags(), tag) if each not in known)
    listed = (
        listed_of(each.descriptor(), client.place.name)
        for each in found
        if each is not None and each.artifact_type == PACKAGE_TYPE
    )
    return {each.folder: each for each in listed}


def _in_index(index: RegistryIndex, artifact: Artifact, client: OciClient) -> bool:
    found = index.packages.get(artifact.listed.folder)
    if found is None:
        return False
    if found.digest != artifact.listed.digest:
        raise _other_content(client, artifact, found.digest)
    return True


def _refuse_other_content(client: OciClient, artifact: Artifact) -> None:
    """Raise RegistryError if the package's tag names a manifest with different content."""
    found = client.find_manifest(artifact.listed.tag(_tag(client)))
    if found is None or found.data == artifact.manifest:
        return
    raise _other_content(client, artifact, found.digest)


def _other_content(client: OciClient, artifact: Artifact, digest: str) -> RegistryError:
    return RegistryError(
        f"{client.place.name} already has {artifact.listed.folder} with different content: {digest}",
        hint="versions never change: give the package a new version in package.yaml",
    )


def _tag(client: OciClient) -> str:
    return client.place.tag or DEFAULT_TAG
