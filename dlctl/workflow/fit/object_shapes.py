"""Objects to check whose pod templates are invalid: an error for each place."""

from collections.abc import Callable, Iterable, Iterator

from dlctl.errors import Location, RenderError, joined
from dlctl.kinds.object_shape import object_violations
from dlctl.kinds.shape import Path
from dlctl.manifest import Manifest
from dlctl.redact import Redactor
from dlctl.render.patched_fields import field_place

Finder = Callable[[Manifest, Path], Location | None]
"""Finds the place of an object's field in a file; None where it is not known."""


def in_template(manifest: Manifest, path: Path) -> Location | None:
    """The place of the patch that sets a field, else of the object in the template that rendered it."""
    return field_place(manifest, path)


def require_valid_pods(manifests: Iterable[Manifest], redactor: Redactor, find: Finder = in_template) -> None:
    """Raise RenderError with every place of these objects where a pod template is invalid."""
    errors = list(_errors(manifests, redactor, find))
    if errors:
        raise joined(errors, RenderError, f"{len(errors)} fields of objects that create pods are invalid")


def _errors(manifests: Iterable[Manifest], redactor: Redactor, find: Finder) -> Iterator[RenderError]:
    for manifest in manifests:
        name = f"{manifest.ref.kind}/{manifest.ref.name}"
        for each in object_violations(manifest.body, manifest.pods):
            location = find(manifest, each.path) or manifest.location
            yield RenderError(redactor.mask_text(f"{name}: {each}"), location=location)
