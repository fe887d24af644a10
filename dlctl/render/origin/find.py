"""Where a field of a rendered object comes from: the line of the template, and the parameters in it.

A component is rendered once more for this, with its texts kept. A field is looked up in the text of its
document. Where an expression stands for the value that holds the field, the fragments are searched for a
place that writes the same fields with the same value.
"""

from typing import Any

from msgspec import Struct

from dlctl.errors import DlctlError, Location
from dlctl.json_values import same_json
from dlctl.manifest import Manifest
from dlctl.registry.prototypes.model import ROLES
from dlctl.render.engine.running.traced import TracedText
from dlctl.render.origin.places import Steps, descend, document, in_fragments
from dlctl.render.patched_fields import patch_of, value_at
from dlctl.render.rendering import RenderedComponent, Rendering
from dlctl.render.target import Renderer
from dlctl.render.variables import template_set, template_variables
from dlctl.yamlio.load import load_file


class FieldOrigin(Struct, frozen=True):
    """The line that wrote a field, and the parameters that are used there."""

    location: Location
    params: frozenset[str] = frozenset()


class FieldOrigins:
    """Looks up the origins of fields in one rendering; each component is rendered again once."""

    def __init__(self, renderer: Renderer, rendering: Rendering) -> None:
        self._renderer = renderer
        self._target = rendering.target
        self._parts = {part.component.name: part for part in rendering.components}
        self._traces: dict[str, tuple[TracedText, ...]] = {}

    def find(self, manifest: Manifest, path: Steps) -> FieldOrigin | None:
        """The origin of the field at `path` of an object; for a field that no template writes, of its parent.

        None if the object has no location.
        """
        part = self._parts.get(manifest.component)
        if part is None or manifest.location is None:
            return None
        patched = patch_of(manifest, path)
        if patched is not None:
            return FieldOrigin(patched)
        return self._written(manifest.component, manifest.location, path, value_at(manifest.body, path))

    def _written(self, component: str, start: Location, path: Steps, value: Any) -> FieldOrigin:
        texts = self._traced(component)
        found_document = document(texts, start)
        if found_document is None:
            return FieldOrigin(self._in_file(component, start, path))
        place = descend(found_document.text, found_document.node, path)
        found = in_fragments(texts, place, value) or place
        token = found.token
        used = self._renderer.engine.params_at(found.location) if token is not None else frozenset()
        return FieldOrigin(found.location, self._relevant(component, used, value))

    def _relevant(self, component: str, names: frozenset[str], value: Any) -> frozenset[str]:
        """The parameters with this value, else those that are in it, else all of them."""
        params = self._parts[component].params.params
        known = frozenset(name for name in names if name in params)
        if ROLES in params and known:
            known |= {ROLES} if _holds(params[ROLES].value, value) else frozenset()
        equal = frozenset(name for name in known if same_json(params[name].value, value))
        same = frozenset(name for name in known if _holds(params[name].value, value))
        return equal or same or known

    def _traced(self, component: str) -> tuple[TracedText, ...]:
        if component not in self._traces:
            self._traces[component] = self._trace(self._parts[component])
        return self._traces[component]

    def _trace(self, part: RenderedComponent) -> tuple[TracedText, ...]:
        engine = self._renderer.engine
        scope = template_variables(self._target, part.component, part.prototype, part.params)
        try:
            return engine.trace(engine.load(template_set(part.prototype)), scope)
        except DlctlError:  # it was rendered before, so this is a limit that is near
            return ()

    def _in_file(self, component: str, start: Location, path: Steps) -> Location:
        """The place in a file that is used unchanged, which has no text of its own."""
        prototype = self._parts[component].prototype
        for file in sorted(prototype.templates_folder.glob("*.yaml")):
            if prototype.source.show(file) == start.path and start.line <= 1:
                return load_file(file, start.path).location(tuple(path))
        return start


def _holds(stated: Any, value: Any) -> bool:
    """Whether a parameter's value is the field's, or is part of it, or has it as a part."""
    if stated is None or isinstance(stated, bool):
        return stated is value
    if isinstance(value, str):
        return str(stated) in value if not isinstance(stated, dict | list) else _has(stated, value)
    return same_json(stated, value) or _has(stated, value)


def _has(stated: Any, value: Any) -> bool:
    parts = stated.values() if isinstance(stated, dict) else stated if isinstance(stated, list) else ()
    return any(same_json(part, value) or _has(part, value) for part in parts)
