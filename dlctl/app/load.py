"""Read dlctl.yaml."""

from pathlib import Path
from uuid import UUID

from dlctl.app import file_keys
from dlctl.app.discover import APP_FILE
from dlctl.app.model import App, Component, DriftRule, Move, Release
from dlctl.app.names import check_name, check_object_name
from dlctl.app.package_model import Pin, RegistryEntry
from dlctl.app.reader import Reader
from dlctl.errors import AppError, Location
from dlctl.manifest import Patch
from dlctl.text import shown_name
from dlctl.yamlio.load import Document, load_file

_MISPLACED = {
    "environments": "each environment has a file environments/NAME/environment.yaml, which "
    "'dlctl env add NAME' writes",
    "params": "parameters go under their component, or for all of an environment in "
    "environments/NAME/params.yaml",
    "patches": "patches go under their component",
}
"""Keys that somebody may write in dlctl.yaml, and where they go instead."""


def load_app(root: Path) -> App:
    """Read an app. Raises AppError or YamlError, with file and line."""
    document = load_file(root / APP_FILE, APP_FILE)
    reader = Reader(document)
    reader.only(*file_keys.APP, misplaced=_MISPLACED)
    reader.header("App")
    name = check_name("an app", reader.required_text("name"), reader.place("name"))
    components = {
        component: _component(component, child)
        for component, child in reader.children("components", "component", "prototype: NAME")
    }
    return App(
        root=root,
        name=name,
        components=components,
        document=document,
        id=_app_id(reader),
        registries=_registries(reader),
        packages=_packages(reader),
        moved=_moves(reader),
        released=_releases(reader),
        drift=_drift(reader),
    )


def _registries(reader: Reader) -> dict[str, RegistryEntry]:
    if reader.child("registries") is None:
        return {}
    from dlctl.app.package_keys import read_registries

    return read_registries(reader)


def _packages(reader: Reader) -> dict[str, Pin]:
    if reader.child("packages") is None:
        return {}
    from dlctl.app.package_keys import read_packages

    return read_packages(reader)


def _moves(reader: Reader) -> tuple[Move, ...]:
    if "moved" not in reader.values:
        return ()
    from dlctl.app.history import read_moves

    return read_moves(reader)


def _releases(reader: Reader) -> tuple[Release, ...]:
    if "released" not in reader.values:
        return ()
    from dlctl.app.history import read_releases

    return read_releases(reader)


def _drift(reader: Reader) -> tuple[DriftRule, ...]:
    if "drift" not in reader.values:
        return ()
    from dlctl.app.drift import read_drift

    return read_drift(reader)


def _patches(reader: Reader, component: str) -> tuple[Patch, ...]:
    if "patches" not in reader.values:
        return ()
    from dlctl.app.patches import read_patches

    return read_patches(reader, "patches", component)


def _app_id(reader: Reader) -> str:
    """The app's id, a UUID; empty if it has none."""
    text = reader.text("id")
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise AppError(
            f"{shown_name(text)} is not a UUID",
            location=reader.place("id"),
            hint="remove the line; the next change adds an id",
        ) from None


def _component(name: str, reader: Reader) -> Component:
    reader.only(*file_keys.COMPONENT, others="parameters go under 'params'")
    location = _key(reader.document, name)
    check_name("a component", name, location)
    prototype = reader.text("prototype")
    if not prototype:
        raise AppError(
            f"component '{name}' has no prototype", location=location, hint="add 'prototype: NAME'"
        )
    namespace = reader.text("namespace")
    if namespace:
        check_name("a namespace", namespace, reader.place("namespace"))
    return Component(
        name=name,
        prototype=prototype,
        base_name=check_object_name(reader.text("name", name), reader.place("name")),
        namespace=namespace,
        params=reader.block("params"),
        patches=_patches(reader, name),
        location=location,
    )


def _key(document: Document, component: str) -> Location:
    return document.key_location(("components", component))
