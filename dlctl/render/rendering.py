"""The rendered objects of a target, and what their redactor must mask."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Component, Target
from dlctl.errors import DlctlError, RenderError
from dlctl.kinds import cluster_scoped_kinds
from dlctl.manifest import GroupKind, Manifest, ObjectRef
from dlctl.params.model import ParamSet
from dlctl.redact import Redactor, is_secret
from dlctl.registry.prototypes.model import NO_KINDS, PackageKinds, Prototype, Requirement
from dlctl.registry.prototypes.place import Place
from dlctl.render.cache.entry import Entry
from dlctl.render.cluster_variable import served_scopes
from dlctl.render.engine.model import Rendered
from dlctl.render.objects import make_manifest
from dlctl.render.restart_key import with_restart_key


class RenderedComponent(Struct, frozen=True):
    """One component's objects before labelling.

    `read` returns its prototype and parameters, `required` the requirements that apply: only where they are
    needed, since stored objects do not need them, and those of many components would fill the memory. `found`
    is the prototype, if it was needed. `derived` are the strings that the templates made from `secrets`;
    `notes` say what was left out of the objects, by file.
    """

    component: Component
    place: Place
    documents: tuple[Rendered, ...]
    read: Callable[[], tuple[Prototype, ParamSet]]
    required: Callable[[], tuple[Requirement, ...]]
    secrets: tuple[Any, ...] = ()
    derived: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    stored: Entry | None = None
    found: Prototype | None = None

    @property
    def prototype(self) -> Prototype:
        """The component's prototype. Raises RegistryError."""
        return self.found or self.read()[0]

    @property
    def params(self) -> ParamSet:
        """The component's parameters. Raises RegistryError or ParamError."""
        return self.read()[1]


class Rendering(Struct, frozen=True):
    """A target's manifests in the order of components and templates, and the rendered components.

    `failed` are the errors of components that could not be rendered, where the others were all the same.
    """

    target: Target
    manifests: tuple[Manifest, ...]
    components: tuple[RenderedComponent, ...]
    failed: tuple[DlctlError, ...] = ()

    @property
    def secrets(self) -> tuple[Any, ...]:
        """The values of `writeOnly` parameters, which must never be shown."""
        return tuple(value for part in self.components for value in part.secrets)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out of the objects, by file; each once."""
        return tuple(dict.fromkeys(note for part in self.components for note in part.notes))

    @property
    def redactor(self) -> Redactor:
        """A redactor for the secrets of all components, and what was made from them."""
        return redactor_of(self.components)


def has_secrets(part: RenderedComponent) -> bool:
    """Whether a component has secret parameters with values, or Secrets with data."""
    if part.derived or Redactor().with_values(part.secrets).masks_values:
        return True
    bodies = (document.value for document in part.documents)
    return any(is_secret(body) and (body.get("data") or body.get("stringData")) for body in bodies)


def redactor_of(parts: Iterable[RenderedComponent]) -> Redactor:
    """A redactor for the secrets of these components, and what was made from them."""
    found = tuple(parts)
    return (
        Redactor()
        .with_values(value for part in found for value in part.secrets)
        .with_derived(text for part in found for text in part.derived)
    )


def manifests_of(
    target: Target,
    parts: Sequence[RenderedComponent],
    definitions: Sequence[Mapping[str, Any]],
    stated: Mapping[str, PackageKinds],
) -> tuple[Manifest, ...]:
    """The manifests of components, in their order; `stated` is what packages state of kinds, by component.

    Raises RenderError if an object is rendered twice.
    """
    served = served_scopes(target.cluster)
    scopes = cluster_scoped_kinds(definitions, served)
    manifests: dict[ObjectRef, Manifest] = {}
    for part in parts:
        kinds = stated.get(part.component.name, NO_KINDS)
        own = {kind: fact.namespaced for kind, fact in kinds.items()}
        known = cluster_scoped_kinds(definitions, {**own, **served}) if own else scopes
        for document in with_restart_key(part.documents, part.component.base_name):
            manifest = _manifest(target, part, document, known, kinds)
            if manifest.ref in manifests:
                raise _duplicate_object(manifests[manifest.ref], manifest)
            manifests[manifest.ref] = manifest
    return tuple(manifests.values())


def _manifest(
    target: Target,
    part: RenderedComponent,
    document: Rendered,
    cluster_scoped: frozenset[GroupKind],
    kinds: PackageKinds,
) -> Manifest:
    made = make_manifest(document, target, part.component, part.place.folder.name, cluster_scoped, kinds)
    text = part.stored.text(made) if part.stored else ""
    return replace(made, text=text) if text else made


def _duplicate_object(first: Manifest, second: Manifest) -> RenderError:
    from dlctl.render.patched_fields import field_place

    before, location = (field_place(each, ("metadata", "name")) for each in (first, second))
    if first.component == second.component:
        return RenderError(
            f"component '{first.component}' renders {first.ref} twice, first at {before}",
            location=location,
        )
    return RenderError(
        f"components '{first.component}' and '{second.component}' both render {first.ref}",
        location=location,
        hint="give one of them another base name ('name:' in dlctl.yaml) or namespace",
    )
