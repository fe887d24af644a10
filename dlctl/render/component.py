"""Render one component; not imported where all components are stored."""

from collections.abc import Sequence
from functools import partial

from dlctl.app.model import Component, Target
from dlctl.app.names import check_object_name
from dlctl.errors import DlctlError
from dlctl.params.layers import Layer
from dlctl.params.model import ParamSet
from dlctl.params.references import Read
from dlctl.params.resolve import resolve, wrong_params
from dlctl.redact import Redactor
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.definitions import package_definitions
from dlctl.registry.prototypes.model import Prototype, Requirement
from dlctl.registry.prototypes.place import place_of
from dlctl.render.applicable import applicable
from dlctl.render.engine.engine import Engine
from dlctl.render.engine.model import Rendered
from dlctl.render.engine.secret_values import Derived
from dlctl.render.null_values import null_or_other_error
from dlctl.render.objects import flatten
from dlctl.render.patching.patches import apply_patches, shortening_notes
from dlctl.render.rendering import RenderedComponent
from dlctl.render.rules import broken_rules
from dlctl.render.secret_places import has_secret_values, marked_params, without_marks
from dlctl.render.server_fields import notes_on, without_server_fields
from dlctl.render.stated_patches import patches_of
from dlctl.render.variables import template_set, template_variables


def render_component(
    engine: Engine,
    catalogue: Catalogue,
    target: Target,
    component: Component,
    overrides: Sequence[Layer],
    read: Read | None = None,
) -> RenderedComponent:
    """Resolve its parameters, check its rules, run its templates, patch.

    Every error names the component and the environment, and contains no secret.
    """
    prototype, params = read_component(catalogue, target, component, overrides, read)
    subject = f"component {component.name}, environment {target.environment.name}"
    derived = Derived()
    try:
        documents, notes = _documents(engine, target, component, prototype, params, subject, derived)
    except DlctlError as error:
        redactor = Redactor().with_values(params.secrets).with_derived(derived.texts)

        def again(given: ParamSet) -> object:
            return _documents(engine, target, component, prototype, given, subject, Derived())

        found = null_or_other_error(error, params, again)
        raise redactor.mask_error(with_subject(subject, found)) from error
    cleaned = [without_server_fields(document) for document in documents]
    return RenderedComponent(
        component,
        place_of(prototype),
        tuple(document for document, _ in cleaned),
        partial(read_component, catalogue, target, component, overrides, read),
        partial(_required, engine, target, component, prototype, params) if prototype.requires else tuple,
        params.secrets,
        frozenset(derived.texts),
        (*notes, *notes_on(cleaned)),
        found=prototype,
    )


def read_component(
    catalogue: Catalogue,
    target: Target,
    component: Component,
    overrides: Sequence[Layer],
    read: Read | None,
) -> tuple[Prototype, ParamSet]:
    """A component's prototype and parameters; secrets that these refer to are read with `read`, if given.

    Raises RegistryError, ParamError, or AppError for a name with dots that its objects may not have.
    """
    prototype = catalogue.find(component.prototype, component.location)
    check_object_name(component.base_name, component.location, dots=prototype.dotted_names)
    return prototype, resolve(target, component, prototype, overrides, read)


def _required(
    engine: Engine, target: Target, component: Component, prototype: Prototype, params: ParamSet
) -> tuple[Requirement, ...]:
    return applicable(engine, prototype, template_variables(target, component, prototype, params))


def _documents(
    engine: Engine,
    target: Target,
    component: Component,
    prototype: Prototype,
    params: ParamSet,
    subject: str,
    derived: Derived,
) -> tuple[tuple[Rendered, ...], tuple[str, ...]]:
    """The patched objects, and what is to be said of the patches."""
    scope = template_variables(target, component, prototype, params)
    broken = list(broken_rules(lambda: engine, prototype, params, scope, subject))
    if broken:
        raise wrong_params(component.name, broken)
    templates = engine.load(template_set(prototype))
    patches = patches_of(target, component)
    definitions = partial(package_definitions, prototype.source, prototype.folder.parent)
    if not has_secret_values(params):
        documents = tuple(flatten(engine.render(templates, scope, subject=subject)))
        patched = apply_patches(documents, patches, component.name, definitions)
        return patched, shortening_notes(documents, patches)
    marked_scope = template_variables(target, component, prototype, params, marked_params(params))
    marked = engine.render(templates, marked_scope, subject=subject, derived=derived)
    documents = tuple(flatten(marked))
    patched = apply_patches(documents, patches, component.name, definitions)
    return tuple(map(without_marks, patched)), shortening_notes(documents, patches)


def with_subject(subject: str, error: DlctlError) -> DlctlError:
    """The error with the subject appended to its message and its problems, unless already present."""
    if error.problems:
        return error.with_problems(with_subject(subject, problem) for problem in error.problems)
    return error if f"({subject})" in error.message else error.with_message(f"{error.message} ({subject})")
