"""Read the keys `registries` and `packages`, and write them as values."""

import re
from collections.abc import Mapping
from typing import Any

from dlctl.app import file_keys
from dlctl.app.names import check_name
from dlctl.app.package_model import Pin, RegistryEntry
from dlctl.app.reader import Reader
from dlctl.app.trusted_keys import read_trust
from dlctl.errors import AppError, Location
from dlctl.pattern import pattern
from dlctl.text import enumerated

VERSION = pattern(
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})"
    r"(-[0-9A-Za-z-]{1,32}(\.[0-9A-Za-z-]{1,32}){0,8})?(\+[0-9A-Za-z-]{1,32}(\.[0-9A-Za-z-]{1,32}){0,8})?",
    re.ASCII,
)
"""A version by Semantic Versioning 2.0.0, with bounds on its length."""
DIGEST = pattern(r"sha256:[0-9a-f]{64}")
COMMIT = pattern(r"[0-9a-f]{40}([0-9a-f]{24})?")
BUILTIN = "builtin"
"""The name of the registry of the built-in packages, which no other may have."""
_PLACES: Mapping[str, tuple[str, ...]] = {
    "directory": (),
    "git": ("ref", "path", "commit"),
    "oci": ("tag", "digest", "storage"),
}
"""The keys that say where a registry is, each with those that are allowed beside it."""
_REGISTRY_KEYS = tuple(key for place, more in _PLACES.items() for key in (place, *more))
_PACKAGE_KEYS = tuple(file_keys.PIN)


def read_registries(reader: Reader) -> dict[str, RegistryEntry]:
    """The entries of `registries`. Raises AppError."""
    return {name: _registry(name, child) for name, child in reader.children("registries", "registry")}


def read_packages(reader: Reader) -> dict[str, Pin]:
    """The entries of `packages`, by REGISTRY/PACKAGE. Raises AppError."""
    return {name: _pin(name, child) for name, child in reader.children("packages", "package")}


def check_registry_name(name: str, location: Location | None = None) -> str:
    """Return the name of a registry. Raises AppError if it is not valid, or that of the built-in one."""
    if name == BUILTIN:
        raise AppError(
            f"'{BUILTIN}' is the name of the built-in registry", location=location, hint="use another name"
        )
    return check_name("a registry", name, location)


def registry_block(entry: RegistryEntry) -> dict[str, Any]:
    """The block of a registry to store in dlctl.yaml."""
    return {key: value for key in _REGISTRY_KEYS if (value := getattr(entry, key))}


def package_block(pin: Pin) -> dict[str, Any]:
    """The block of a package to store in dlctl.yaml or environment.yaml."""
    return {key: value for key in _PACKAGE_KEYS if (value := getattr(pin, key))}


def _registry(name: str, reader: Reader) -> RegistryEntry:
    location = _key(reader)
    reader.only(*file_keys.REGISTRY)
    check_registry_name(name, location)
    values = {key: reader.text(key) for key in _REGISTRY_KEYS}
    if sum(bool(values[place]) for place in _PLACES) != 1:
        places = enumerated(f"'{place}'" for place in _PLACES)
        raise AppError(f"registry '{name}' needs exactly one of {places}", location=location)
    for place, more in _PLACES.items():
        for key in more:
            if values[key] and not values[place]:
                raise AppError(f"'{key}' is only allowed with '{place}'", location=reader.place(key))
    if values["commit"]:
        _matching(reader, "commit", COMMIT, "the full hash of a commit")
    if values["digest"]:
        _matching(reader, "digest", DIGEST, _DIGEST_FORM)
    required, trusted = read_trust(name, reader)
    return RegistryEntry(
        name,
        directory=values["directory"],
        git=values["git"],
        ref=values["ref"],
        path=values["path"],
        commit=values["commit"],
        oci=values["oci"],
        tag=values["tag"],
        digest=values["digest"],
        storage=values["storage"],
        require_signed=required,
        trusted=trusted,
        location=location,
    )


def _pin(name: str, reader: Reader) -> Pin:
    location = _key(reader)
    reader.only(*_PACKAGE_KEYS)
    registry, slash, package = name.partition("/")
    if not slash:
        raise AppError(f"'{name}' is not a valid name for a package", location=location, hint=_NAMING)
    check_registry_name(registry, location)
    check_name("a package", package, location)
    return Pin(
        registry=registry,
        package=package,
        version=_matching(reader, "version", VERSION, "a version such as 1.2.3"),
        digest=_matching(reader, "digest", DIGEST, _DIGEST_FORM),
        commit=_matching(reader, "commit", COMMIT, "the full hash of a commit")
        if "commit" in reader.values
        else "",
        manifest=_matching(reader, "manifest", DIGEST, _DIGEST_FORM) if "manifest" in reader.values else "",
        shadow=reader.flag("shadow"),
        dependency=reader.flag("dependency"),
        location=location,
    )


_NAMING = "write REGISTRY/PACKAGE"
_DIGEST_FORM = "'sha256:' and 64 hexadecimal digits"


def _matching(reader: Reader, key: str, pattern: re.Pattern[str], what: str) -> str:
    value = reader.text(key)
    if not pattern.fullmatch(value):
        raise AppError(
            f"'{key}' must be {what}, found '{value}'" if value else f"'{key}' is missing",
            location=reader.place(key),
            hint="'dlctl pkg install' writes it",
        )
    return value


def _key(reader: Reader) -> Location:
    return reader.document.key_location(reader.path)
