"""How a repository keeps a registry.

A tag (`latest` unless another is named) is an image index of the type `REGISTRY_TYPE`. It lists one manifest
for each version of each package, and has registry.yaml as an annotation. A package's manifest has the archive
of its content as the only layer; its annotations, which the index repeats, have the package's name, version,
digest and package.yaml. So one request gets what a registry offers. The tag of a package's manifest is
`NAME-VERSION`, and `TAG.NAME-VERSION` where the index has another tag than `latest`.
"""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from dlctl.app.names import check_name
from dlctl.app.package_keys import DIGEST, VERSION
from dlctl.errors import AppError, Location, RegistryError
from dlctl.registry.packages.content import Content
from dlctl.registry.packages.versions import parse_version
from dlctl.registry.prototypes.source import PACKAGE_FILE
from dlctl.registry.sources.oci.descriptor import INDEX, MANIFEST, Descriptor, Manifest, encoded
from dlctl.registry.sources.oci.place import DEFAULT_TAG, TAG

REGISTRY_TYPE = "application/vnd.dlctl.registry.v1"
PACKAGE_TYPE = "application/vnd.dlctl.package.v1"
ARCHIVE_TYPE = "application/vnd.dlctl.package.content.v1.tar"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"
_NAME = "dev.dlctl.package.name"
_VERSION = "dev.dlctl.package.version"
_DIGEST = "dev.dlctl.package.digest"
_PACKAGE_YAML = "dev.dlctl.package.yaml"
_REGISTRY_YAML = "dev.dlctl.registry.yaml"
MAX_PACKAGES = 20_000
_PACKAGE_TAG = re.compile(r"[a-z0-9-]+-[0-9]+\.[0-9]+\.[0-9]+.*")


class Listed(Struct, frozen=True):
    """A version of a package in an index: `metadata` is its package.yaml, `digest` that of its content."""

    name: str
    version: str
    digest: str
    metadata: str
    manifest: Descriptor

    @property
    def folder(self) -> str:
        """The folder that a registry in a directory would have for it."""
        return f"{self.name}@{self.version}"

    def tag(self, index_tag: str) -> str:
        """The tag of its manifest, in the registry with this tag. Raises RegistryError if it is too long."""
        tag = f"{_prefix(index_tag)}{self.name}-{self.version.replace('+', '_')}"  # a tag has no '+'
        if not TAG.fullmatch(tag):
            raise RegistryError(
                f"'{tag}' is too long for a tag", hint="give the package a shorter name or version"
            )
        return tag


class RegistryIndex(Struct, frozen=True):
    """What an index has: registry.yaml and packages by folder; `digest` is empty before it was pushed."""

    registry_yaml: str
    packages: Mapping[str, Listed]
    digest: str = ""

    @property
    def data(self) -> bytes:
        """The bytes of the index, equal for equal values."""
        ordered = sorted(self.packages.values(), key=lambda each: (each.name, parse_version(each.version)))
        return encoded(
            {
                "schemaVersion": 2,
                "mediaType": INDEX,
                "artifactType": REGISTRY_TYPE,
                "manifests": [each.manifest.document for each in ordered],
                "annotations": {_REGISTRY_YAML: self.registry_yaml},
            }
        )


def package_tags(tags: Iterable[str], index_tag: str) -> list[str]:
    """The tags that may be those of packages in the registry with a tag."""
    prefix = _prefix(index_tag)
    return [tag for tag in tags if tag.startswith(prefix) and _PACKAGE_TAG.fullmatch(tag[len(prefix) :])]


def _prefix(index_tag: str) -> str:
    """No name of a package has a dot, so that no tag belongs to two registries."""
    return "" if index_tag == DEFAULT_TAG else f"{index_tag}."


def package_manifest(
    name: str, version: str, content: Content, archive: Descriptor, empty: Descriptor
) -> bytes:
    """The manifest of a package, equal for equal content."""
    files = {file.path: file.data for file in content.files}
    annotations = {
        _NAME: name,
        _VERSION: version,
        _DIGEST: content.digest,
        _PACKAGE_YAML: files[PACKAGE_FILE].decode("utf-8"),
    }
    return encoded(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": PACKAGE_TYPE,
            "config": empty.document,
            "layers": [archive.document],
            "annotations": annotations,
        }
    )


def listed_of(descriptor: Descriptor, shown: str) -> Listed:
    """The package that a descriptor names by its annotations. Raises RegistryError."""
    values = descriptor.annotations
    name, version, digest = (values.get(key, "") for key in (_NAME, _VERSION, _DIGEST))
    try:
        check_name("a package", name)
    except AppError as error:
        raise RegistryError(error.message, location=Location(shown)) from error
    if not VERSION.fullmatch(version) or not DIGEST.fullmatch(digest) or _PACKAGE_YAML not in values:
        raise RegistryError(
            f"package '{name}' has no valid version, digest or package.yaml", location=Location(shown)
        )
    return Listed(name, version, digest, values[_PACKAGE_YAML], descriptor)


def read_index(manifest: Manifest, shown: str) -> RegistryIndex:
    """The registry in an index. Raises RegistryError if it is none."""
    if manifest.artifact_type != REGISTRY_TYPE or manifest.media_type != INDEX:
        raise RegistryError(
            f"{shown} is not a registry of packages",
            hint="'dlctl pkg push' creates one; name its tag as in oci://HOST/REPOSITORY:TAG",
        )
    found = manifest.descriptors("manifests", shown)
    if len(found) > MAX_PACKAGES:
        raise RegistryError(f"{shown} has more than {MAX_PACKAGES:,} packages")
    packages = _by_folder((listed_of(each, shown) for each in found if each.media_type == MANIFEST), shown)
    return RegistryIndex(manifest.annotations.get(_REGISTRY_YAML, ""), packages, manifest.digest)


def _by_folder(packages: Iterable[Listed], shown: str) -> dict[str, Listed]:
    found: dict[str, Listed] = {}
    for each in packages:
        if found.setdefault(each.folder, each) is not each:
            raise RegistryError(f"{shown} lists {each.folder} twice")
    return found
