"""Render a target's components to manifests, without a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dlctl.app.model import Component, Environment, Target
from dlctl.errors import DlctlError, ParamError, RenderError, joined
from dlctl.kinds import may_be_custom
from dlctl.manifest import GroupKind, Manifest, group_kind_of
from dlctl.params.layers import Layer
from dlctl.params.model import ParamSet
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import PackageKinds, Prototype
from dlctl.registry.prototypes.place import Place
from dlctl.render.cache.entry import Entry
from dlctl.render.cache.inputs import Inputs
from dlctl.render.cache.stored import StoredComponents
from dlctl.render.may_define import may_define
from dlctl.render.rendering import RenderedComponent, Rendering, has_secrets, manifests_of, redactor_of

if TYPE_CHECKING:
    from dlctl.params.references import Read
    from dlctl.render.cache.store import RenderingStore
    from dlctl.render.engine.engine import Engine


MOST_STORED = 2000
"""Components of an app whose renderings are stored: all of a target are in memory, and those of more would
take half of it."""


class Renderer:
    """Renders targets of one app; compiled templates and loaded prototypes are shared between them.

    With a `store`, components whose inputs did not change since an earlier command are not rendered again.
    For secrets that parameters refer to there are placeholders, except with `reading`.
    """

    def __init__(
        self, catalogue: Catalogue, engine: "Engine | None" = None, store: "RenderingStore | None" = None
    ) -> None:
        self.catalogue = catalogue
        self.store = store
        self._secrets: Read | None = None
        self.inputs = Inputs(catalogue.files)
        self._engine = engine
        self._stored: dict[str, StoredComponents] = {}

    @property
    def engine(self) -> "Engine":
        """The template engine, which is made when it is first needed: it imports Jinja2."""
        if self._engine is None:
            from dlctl.render.engine.engine import Engine

            self._engine = Engine(bytecode_folder=self.catalogue.bytecode_folder)
        return self._engine

    def within(self, environment: Environment) -> "Renderer":
        """The renderer for an environment: with its versions of packages. Raises RegistryError."""
        catalogue = self.catalogue.within(environment)
        if catalogue is self.catalogue:
            return self
        return Renderer(catalogue, self._engine, self.store).reading(self._secrets)

    def without_store(self) -> "Renderer":
        """The renderer for targets that no file states: nothing is stored of them."""
        return Renderer(self.catalogue, self._engine).reading(self._secrets)

    def reading(self, read: "Read | None") -> "Renderer":
        """The renderer for a plan: it reads the secrets that parameters refer to."""
        other = Renderer(self.catalogue, self._engine, self.store)
        other._secrets, other._stored, other.inputs = read, self._stored, self.inputs
        return other

    def render(
        self,
        target: Target,
        components: Iterable[Component],
        overrides: Mapping[str, Sequence[Layer]] | None = None,
        others: Iterable[Component] = (),
        *,
        keep_going: bool = False,
    ) -> Rendering:
        """Render these components of a target; CRDs of `others` are only used for the scope of kinds.

        `overrides` has additional parameter layers by component. Raises one error that lists every
        problem of every component: ParamError, RenderError or RegistryError. With `keep_going` only if no
        component can be rendered.
        """
        parts: list[RenderedComponent] = []
        problems: list[DlctlError] = []
        stored = self.stored(target)
        for component in components:
            try:
                layers = (overrides or {}).get(component.name, ())
                parts.append(self._stored_component(stored, target, component, layers))
            except DlctlError as error:
                problems.extend(error.single_errors)
        if problems and not (keep_going and parts):
            raise _all_of(problems)
        definitions = self._definitions(target, parts, others)
        if stored:
            self._forget_changed(stored, parts)
            stored.save()
        try:
            manifests = manifests_of(target, parts, definitions, self._stated(parts))
            return Rendering(target, manifests, tuple(parts), tuple(problems))
        except DlctlError as error:
            raise redactor_of(parts).mask_error(error) from error

    def stored(self, target: Target) -> StoredComponents | None:
        """The stored components of a target, read once; None without a store, and for very large apps."""
        if self.store is None or len(target.app.components) > MOST_STORED:
            return None
        if target.environment.name not in self._stored:
            self._stored[target.environment.name] = StoredComponents(self.store, target)
        return self._stored[target.environment.name]

    def declared_names(self, target: Target) -> frozenset[str]:
        """The names, aliases included, of the parameters of all components. Raises RegistryError."""
        places = {
            component.prototype: self.catalogue.place(component.prototype, component.location)
            for component in target.app.components.values()
        }
        return frozenset(name for place in places.values() for name in self._names(target, place))

    def _names(self, target: Target, place: Place) -> Sequence[str]:
        stored = self.stored(target)
        digest = self.inputs.files_digest(place) if stored else None
        if stored and digest and (names := stored.names(place.reference, digest)):
            return names
        names = self.catalogue.load(place).names
        if stored and digest and digest == Inputs().files_digest(place):  # no file was changed meanwhile
            stored.put_names(place.reference, digest, names)
        return names

    def store_texts(self, rendering: Rendering, texts: Iterable[tuple[Manifest, str]]) -> None:
        """Store the YAML texts of manifests, of those components that are stored."""
        stored = self.stored(rendering.target)
        if stored is None:
            return
        printed: dict[str, list[tuple[Manifest, str]]] = {}
        for manifest, text in texts:
            printed.setdefault(manifest.component, []).append((manifest, text))
        for part in rendering.components:
            found = printed.get(part.component.name, [])
            changed = any(manifest.text != text for manifest, text in found)
            if changed and part.stored and stored.holds(part.component.name, part.stored.digest):
                stored.put(part.component.name, part.stored.with_texts(found))
        stored.save()

    def _stored_component(
        self,
        stored: StoredComponents | None,
        target: Target,
        component: Component,
        overrides: Sequence[Layer],
    ) -> RenderedComponent:
        """A component as stored for the same inputs; else it is rendered, and stored if it has no secrets.

        With `overrides`, which are for one run, it is rendered; what is stored stays for the next one.
        """
        if stored is None or overrides:
            return self.component(target, component, overrides)
        place = self.catalogue.place(component.prototype, component.location)
        digest = self.inputs.digest(place, target, component)
        if digest and (entry := stored.find(component.name, digest)):
            read = partial(self._read, target, component, ())
            return RenderedComponent(
                component,
                place,
                entry.documents,
                read,
                lambda: entry.required,
                notes=entry.notes,
                stored=entry,
            )
        part = self.component(target, component)
        if digest and not has_secrets(part):
            with suppress(RenderError):  # reported where the requirements are needed
                part = replace(part, stored=Entry(digest, part.documents, part.required(), part.notes))
        stored.put(component.name, part.stored)
        return part

    def _forget_changed(self, stored: StoredComponents, parts: Iterable[RenderedComponent]) -> None:
        """Store nothing that was rendered while files changed: it may be of other files than the digest."""
        now = Inputs()
        for part in parts:
            name = part.component.name
            if name in stored.added and now.files_digest(part.place) != self.inputs.files_digest(part.place):
                stored.put(name, None)

    def _read(
        self, target: Target, component: Component, overrides: Sequence[Layer]
    ) -> tuple[Prototype, ParamSet]:
        from dlctl.render.component import read_component

        return read_component(self.catalogue, target, component, overrides, self._secrets)

    def _stated(self, parts: Sequence[RenderedComponent]) -> Mapping[str, PackageKinds]:
        """What packages state of custom kinds, by component; nothing for objects of other kinds."""
        return {
            part.component.name: self.catalogue.kinds(part.place)
            for part in parts
            if any(may_be_custom(_kind_of(each.value)) for each in part.documents)
        }

    def _definitions(
        self, target: Target, parts: Sequence[RenderedComponent], others: Iterable[Component]
    ) -> list[Mapping[str, Any]]:
        """All rendered objects, the CRDs of their packages, and what `others` render if it may be a CRD."""
        objects = [document.value for part in parts for document in part.documents]
        kinds = {str(body["kind"]) for body in objects if may_be_custom(_kind_of(body))}
        if kinds:
            used = {part.place.folder: part.place for part in parts}
            objects = [
                *(body for place in used.values() for body in self.catalogue.definitions(place)),
                *objects,
            ]
        for component in others if kinds else ():
            try:
                prototype = self.catalogue.find(component.prototype, component.location)
                if not may_define(prototype, kinds):
                    continue
                found = self.component(target, component).documents
            except DlctlError:
                continue  # errors of components that are not selected are not reported
            objects += [document.value for document in found]
        return objects

    def component(
        self, target: Target, component: Component, overrides: Sequence[Layer] = ()
    ) -> RenderedComponent:
        """Render one component: resolve its parameters, check its rules, run its templates, patch.

        Every error names the component and the environment, and contains no secret.
        """
        from dlctl.render.component import render_component

        return render_component(self.engine, self.catalogue, target, component, overrides, self._secrets)


def _all_of(problems: Sequence[DlctlError]) -> DlctlError:
    kind = ParamError if all(isinstance(problem, ParamError) for problem in problems) else RenderError
    return joined(problems, kind, f"{len(problems)} problems")


def _kind_of(body: Mapping[str, Any]) -> GroupKind:
    return group_kind_of((str(body["apiVersion"]), str(body["kind"])))
