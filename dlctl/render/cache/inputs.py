"""The digest of everything that the rendering of a component reads."""

import hashlib
from typing import Any

from msgspec import EncodeError, msgpack

from dlctl.app.model import Component, Target
from dlctl.manifest import Patch
from dlctl.params.layers import component_layers, environment_layers
from dlctl.registry.prototypes.place import Place
from dlctl.registry.prototypes.source_files import SourceFiles
from dlctl.render.cluster_variable import cluster_variable
from dlctl.render.objects import namespace_of
from dlctl.render.stated_patches import patches_of


class Inputs:
    """Digests of components' inputs. Files are read by content: times and sizes may stay in a change."""

    def __init__(self, files: SourceFiles | None = None) -> None:
        self._files = files or SourceFiles()

    def files_digest(self, place: Place) -> str | None:
        """The digest of a prototype's files; None where one cannot be read."""
        found = self._files.digest(place.source, place.folder)
        return found.hex() if found else None

    def digest(self, place: Place, target: Target, component: Component) -> str | None:
        """The digest; None where a file cannot be read, or a value has no form in MessagePack."""
        layers = (
            *component_layers(component),
            *environment_layers(target.environment, component.name),
        )
        stated = [
            place.reference,
            place.source.shown,
            component.name,
            component.base_name,
            namespace_of(target, component),
            target.environment.name,
            target.environment.namespace,
            [[layer.lenient, layer.values] for layer in layers],
            [_patch(patch) for patch in patches_of(target, component)],
            cluster_variable(target.cluster),
        ]
        files = self._files.digest(place.source, place.folder)
        try:
            text = msgpack.encode(stated)
        except (EncodeError, TypeError, ValueError, OverflowError, RecursionError):
            return None
        if files is None:
            return None
        return hashlib.sha256(files + text).hexdigest()


def _patch(patch: Patch) -> list[Any]:
    return [patch.kind, patch.name, patch.merge, patch.json, patch.strategic]
