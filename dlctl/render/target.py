"""Render a target's components to manifests, without a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlctl.app.model import Component, Environment, Patch, Target
from dlctl.errors import DlctlError, ParamError, RenderError, joined
from dlctl.kinds import DEFINITION, cluster_scoped_kinds, may_be_custom
from dlctl.manifest import Manifest, ObjectRef, ref_of
from dlctl.params.layers import Layer
from dlctl.params.model import ParamSet
from dlctl.params.resolve import resolve, wrong_params
from dlctl.redact import Redactor
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import Prototype
from dlctl.render.cluster_variable import cluster_variable, served_scopes
from dlctl.render.engine.model import Rendered, TemplateSet
from dlctl.render.engine.secret_values import Derived
from dlctl.render.objects import flatten, make_manifest, namespace_of
from dlctl.render.patches import apply_patches
from dlctl.render.rules import broken_rules
from dlctl.render.secret_places import has_secret_values, marked_params, without_marks
from dlctl.render.server_fields import notes_on, without_server_fields

if TYPE_CHECKING:
    from dlctl.render.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class RenderedComponent:
    """One component's objects before labelling, with its prototype and parameters."""

    component: Component
    prototype: Prototype
    params: ParamSet
    documents: tuple[Rendered, ...]
    derived: frozenset[str] = frozenset()
    """The strings that the templates made from secrets."""
    notes: tuple[str, ...] = ()
    """What was left out of the objects, by file."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A target's manifests in the order of components and templates, and the rendered components."""

    target: Target
    manifests: tuple[Manifest, ...]
    components: tuple[RenderedComponent, ...]

    @property
    def secrets(self) -> tuple[Any, ...]:
        """The values of `writeOnly` parameters, which must never be shown."""
        return tuple(value for part in self.components for value in part.params.secrets)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out of the objects, by file; each once."""
        return tuple(dict.fromkeys(note for part in self.components for note in part.notes))

    @property
    def redactor(self) -> Redactor:
        """A redactor for the secrets of all components, and what was made from them."""
        return _redactor(self.components)


class Renderer:
    """Renders targets of one app; compiled templates and loaded prototypes are shared between them."""

    def __init__(self, catalogue: Catalogue, engine: "Engine | None" = None) -> None:
        self.catalogue = catalogue
        from dlctl.render.engine.engine import Engine  # imports Jinja2

        self.engine = engine or Engine(bytecode_folder=catalogue.bytecode_folder)

    def within(self, environment: Environment) -> "Renderer":
        """The renderer for an environment: with its versions of packages. Raises RegistryError."""
        catalogue = self.catalogue.within(environment)
        return self if catalogue is self.catalogue else Renderer(catalogue, self.engine)

    def render(
        self,
        target: Target,
        components: Iterable[Component],
        overrides: Mapping[str, Sequence[Layer]] | None = None,
        others: Iterable[Component] = (),
    ) -> Rendering:
        """Render these components of a target; CRDs of `others` are only used for the scope of kinds.

        `overrides` has additional parameter layers by component. Raises one error that lists every
        problem of every component: ParamError, RenderError or RegistryError.
        """
        parts: list[RenderedComponent] = []
        problems: list[DlctlError] = []
        for component in components:
            try:
                parts.append(self.component(target, component, (overrides or {}).get(component.name, ())))
            except DlctlError as error:
                problems.extend(error.single_errors)
        if problems:
            raise _all_of(problems)
        definitions = self._definitions(target, parts, others)
        try:
            return Rendering(target, _manifests(target, parts, definitions), tuple(parts))
        except DlctlError as error:
            raise _redactor(parts).mask_error(error) from error

    def _definitions(
        self, target: Target, parts: Sequence[RenderedComponent], others: Iterable[Component]
    ) -> list[Mapping[str, Any]]:
        """All rendered objects, the CRDs of their packages, and what `others` render if it may be a CRD."""
        objects = [document.value for part in parts for document in part.documents]
        kinds = {str(body["kind"]) for body in objects if may_be_custom(ref_of(body).group_kind)}
        if kinds:
            used = {part.prototype.folder: part.prototype for part in parts}
            objects = [
                *(body for prototype in used.values() for body in self.catalogue.definitions(prototype)),
                *objects,
            ]
        for component in others if kinds else ():
            try:
                prototype = self.catalogue.find(component.prototype, component.location)
                if not _may_define(prototype, kinds):
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
        prototype = self.catalogue.find(component.prototype, component.location)
        params = resolve(target, component, prototype, overrides)
        subject = f"component {component.name}, environment {target.environment.name}"
        derived = Derived()
        try:
            documents = self._documents(target, component, prototype, params, subject, derived)
        except DlctlError as error:
            redactor = Redactor().with_values(params.secrets).with_derived(derived.texts)
            raise redactor.mask_error(with_subject(subject, error)) from error
        cleaned = [without_server_fields(document) for document in documents]
        kept = tuple(document for document, _ in cleaned)
        return RenderedComponent(
            component, prototype, params, kept, frozenset(derived.texts), notes_on(cleaned)
        )

    def _documents(
        self,
        target: Target,
        component: Component,
        prototype: Prototype,
        params: ParamSet,
        subject: str,
        derived: Derived,
    ) -> tuple[Rendered, ...]:
        scope = template_variables(target, component, params)
        broken = list(broken_rules(self.engine, prototype, params, scope, subject))
        if broken:
            raise wrong_params(component.name, broken)
        templates = self.engine.load(template_set(prototype))
        if not has_secret_values(params):
            documents = self.engine.render(templates, scope, subject=subject)
            return apply_patches(tuple(flatten(documents)), patches_of(target, component), component.name)
        marked_scope = {**scope, "params": marked_params(params)}
        documents = self.engine.render(templates, marked_scope, subject=subject, derived=derived)
        patched = apply_patches(tuple(flatten(documents)), patches_of(target, component), component.name)
        return tuple(map(without_marks, patched))


def with_subject(subject: str, error: DlctlError) -> DlctlError:
    """The error with the subject appended to its message and its problems, unless already present."""
    if error.problems:
        return error.with_problems(with_subject(subject, problem) for problem in error.problems)
    return error if f"({subject})" in error.message else error.with_message(f"{error.message} ({subject})")


def _may_define(prototype: Prototype, kinds: Iterable[str]) -> bool:
    """Whether a template mentions a CRD and one of these kinds: a quick check before a full render."""
    texts = [path.read_bytes() for path in prototype.templates_folder.glob("*") if path.is_file()]
    return any(
        DEFINITION.kind.encode() in text and any(kind.encode() in text for kind in kinds) for text in texts
    )


def template_set(prototype: Prototype) -> TemplateSet:
    """The folders of a prototype's templates and fragments, for the engine."""
    return TemplateSet(prototype.templates_folder, prototype.fragment_folders, prototype.source.show)


def template_variables(target: Target, component: Component, params: ParamSet) -> dict[str, Any]:
    """The names in scope of templates and rules."""
    environment = target.environment
    return {
        "params": params.values,
        "component": {"name": component.base_name, "namespace": namespace_of(target, component)},
        "environment": {"name": environment.name, "namespace": environment.namespace},
        "cluster": cluster_variable(target.cluster),
    }


def _redactor(parts: Iterable[RenderedComponent]) -> Redactor:
    """A redactor for the secrets of these components, and what was made from them."""
    found = tuple(parts)
    return (
        Redactor()
        .with_values(value for part in found for value in part.params.secrets)
        .with_derived(text for part in found for text in part.derived)
    )


def patches_of(target: Target, component: Component) -> tuple[Patch, ...]:
    """The patches of a component's objects, in the order in which they are applied."""
    return (*component.patches, *(target.environment.patches or {}).get(component.name, ()))


def _manifests(
    target: Target, parts: Sequence[RenderedComponent], definitions: Iterable[Mapping[str, Any]]
) -> tuple[Manifest, ...]:
    scopes = cluster_scoped_kinds(definitions, served_scopes(target.cluster))
    manifests: dict[ObjectRef, Manifest] = {}
    for part in parts:
        for document in part.documents:
            manifest = make_manifest(document, target, part.component, part.prototype.name, scopes)
            if manifest.ref in manifests:
                raise _duplicate_object(manifests[manifest.ref], manifest)
            manifests[manifest.ref] = manifest
    return tuple(manifests.values())


def _duplicate_object(first: Manifest, second: Manifest) -> RenderError:
    if first.component == second.component:
        return RenderError(
            f"component '{first.component}' renders {first.ref} twice, first at {first.location}",
            location=second.location,
        )
    return RenderError(
        f"components '{first.component}' and '{second.component}' both render {first.ref}",
        location=second.location,
        hint="give one of them another base name ('name:' in dlctl.yaml) or namespace",
    )


def _all_of(problems: Sequence[DlctlError]) -> DlctlError:
    kind = ParamError if all(isinstance(problem, ParamError) for problem in problems) else RenderError
    return joined(problems, kind, f"{len(problems)} problems")
