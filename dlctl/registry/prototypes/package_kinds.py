"""Read `kinds` of a package.yaml: the scope of custom kinds, and where their pods are."""

from collections.abc import Iterator

from dlctl.app import prototype_keys
from dlctl.app.reader import Reader
from dlctl.errors import RegistryError
from dlctl.kinds.field_path import ANY_ITEM, ANY_KEY, steps
from dlctl.manifest import GroupKind, PodPlace
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import PackageKind

_NAME = pattern(
    r"([A-Z][A-Za-z0-9]{0,62})\.([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+)"
)
_STEP = r"[A-Za-z_][A-Za-z0-9_-]{0,62}"
_PATH = pattern(rf"{_STEP}(\[\])?(\.({_STEP}|\*)(\[\])?){{0,15}}")
_SCOPES = ("Namespaced", "Cluster")


def read_kinds(reader: Reader) -> dict[GroupKind, PackageKind]:
    """The entries of `kinds`, by KIND.GROUP. Raises AppError or RegistryError."""
    return {_name(name, child): _kind(child) for name, child in reader.children("kinds", "kind")}


def _name(name: str, reader: Reader) -> GroupKind:
    found = _NAME.fullmatch(name)
    if not found:
        raise RegistryError(
            f"'{name}' is not a custom kind",
            location=reader.document.key_location(reader.path),
            hint="write KIND.GROUP, such as Trainer.example.com",
        )
    return GroupKind(found[2], found[1])


def _kind(reader: Reader) -> PackageKind:
    reader.only(*prototype_keys.PACKAGE_KIND)
    scope = reader.text("scope", "Namespaced")
    if scope not in _SCOPES:
        raise RegistryError(
            f"'scope' must be Namespaced or Cluster, found '{scope}'", location=reader.place("scope")
        )
    stated = reader.values.get("pods") is not None
    return PackageKind(scope == "Namespaced", tuple(_places(reader)) if stated else None)


def _places(reader: Reader) -> Iterator[PodPlace]:
    for each in reader.readers("pods"):
        each.only(*prototype_keys.PODS)
        template, bare = each.text("path"), each.text("spec")
        if bool(template) == bool(bare):
            raise RegistryError(
                "pods need exactly one of 'path' (of a template) and 'spec' (of a pod's spec alone)",
                location=each.place(),
            )
        path = template or bare
        _check_path(each, "path" if template else "spec", path)
        _check_path(each, "count", path)
        if each.values.get("default") is not None and not each.text("count"):
            raise RegistryError("'default' needs 'count'", location=each.place("default"))
        if "." in each.text("role"):
            _check_path(each, "role", path)
        yield PodPlace(path, each.text("count"), each.number("default", 1), each.text("role"), bool(bare))


def _check_path(reader: Reader, key: str, path: str) -> None:
    """Raise RegistryError for what is no path, or has other items and keys in it than the pods' path."""
    text = reader.text(key)
    if text and not _PATH.fullmatch(text):
        raise RegistryError(
            f"'{key}' is not a path of a field",
            location=reader.place(key),
            hint="such as spec.workers[].template",
        )
    if text and not _as_far(text, path):
        raise RegistryError(
            f"'{key}' has a '[]' or '*' that the path of the pods does not have", location=reader.place(key)
        )


def _as_far(text: str, path: str) -> bool:
    """Whether a path is the same as the pods' path up to its last item or key."""
    own, other = steps(text), steps(path)
    last = max((index for index, step in enumerate(own) if step in (ANY_KEY, ANY_ITEM)), default=-1)
    return own[: last + 1] == other[: last + 1]
