"""Check an environment's objects offline: `validate`."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Environment, Target
from dlctl.errors import Location
from dlctl.manifest import JsonObject, Manifest
from dlctl.redact import MASK, Redactor, is_secret
from dlctl.registry.prototypes.place import place_of
from dlctl.render.origin.find import FieldOrigins
from dlctl.render.patched_fields import value_at
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.index import read_index
from dlctl.schemas.model import Problem
from dlctl.schemas.removed_apis import release_of
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.validation.known_cluster import KnownCluster, known_cluster
from dlctl.workflow.validation.model import Finding, FindingParam, Validation
from dlctl.workflow.validation.not_checked import not_checked
from dlctl.workflow.validation.objects import ObjectChecks
from dlctl.workflow.validation.pods_on_nodes import PodsOnNodes, unrecorded_labels
from dlctl.workflow.validation.rendering import render_valid
from dlctl.workflow.validation.required_schemas import missing_schemas
from dlctl.workflow.validation.requirements import (
    missing_kinds,
    missing_names,
    missing_of_nodes,
    unchecked_of_nodes,
)
from dlctl.workflow.validation.served_kinds import ServedKinds


def validate_environment(
    renderer: Renderer,
    target: Target,
    selection: Selection,
    store: SchemaStore,
    known: KnownCluster | None = None,
    *,
    require_schemas: bool = False,
) -> Validation:
    """Every problem of an environment's objects that can be found without its cluster.

    `known` is what is known of the cluster besides its schemas. With `require_schemas` a schema that is not
    at hand is an error. Raises AppError if a selected component does
    not exist, a key of `approve` cannot be used or the index of schemas is invalid, ParamError for invalid
    `--set` values.
    """
    _check_approvers(target.environment)
    environment = target.environment.name
    index = read_index(target.app.root, environment)
    known = known or known_cluster(target.cluster)
    version = known.version or (index.version if index else "")
    rendered = render_valid(renderer, target, selection)
    rendering, catalogue = rendered.rendering, SchemaCatalogue(index, store)
    packaged = _packaged(renderer, rendering)
    checks = ObjectChecks(catalogue, rendering.manifests, release_of(version), packaged)
    kinds = ServedKinds(known, catalogue)
    findings = [
        *rendered.findings,
        *_Findings(renderer, rendering).of_objects(checks, _pods(rendering, known)),
    ]
    gone = [manifest.api_key for manifest in rendering.manifests if checks.is_removed(manifest)]
    findings += missing_kinds(rendering, kinds, gone)
    findings += missing_of_nodes(rendering, known.nodes) if known.nodes is not None else ()
    used = {manifest.api_key for manifest in rendering.manifests}
    if require_schemas:
        findings += missing_schemas(environment, catalogue, checks, used, {*gone, *kinds.not_served})
    return Validation(
        environment,
        tuple(replace(each, declared_at=_declared(target, each.component)) for each in findings),
        len(rendering.manifests),
        version,
        tuple(
            not_checked(
                environment,
                catalogue,
                checks,
                used,
                kinds.unknown,
                _unchecked_of_nodes(rendering, known),
                has_cluster=target.environment.destination.is_set,
            )
        ),
        sum(not checks.has_fields_checked(manifest) for manifest in rendering.manifests),
        rendering.notes,
    )


def _check_approvers(environment: Environment) -> None:
    """Raise AppError or FileError for a key of `approve` that cannot be used: an apply would need it."""
    if environment.approvers:
        from dlctl.workflow.saved.signatures import approver_keys

        tuple(approver_keys(environment))


def _pods(rendering: Rendering, known: KnownCluster) -> PodsOnNodes:
    missing = missing_names(rendering, known.nodes or ())
    environment = rendering.target.environment.name
    return PodsOnNodes(environment, known.groups or (), redactor_of(rendering), missing)


def _unchecked_of_nodes(rendering: Rendering, known: KnownCluster) -> tuple[str, ...]:
    labels = unrecorded_labels(rendering.manifests, redactor_of(rendering)) if known.groups else ()
    return tuple(dict.fromkeys((*unchecked_of_nodes(rendering, known.nodes), *labels)))


def _packaged(renderer: Renderer, rendering: Rendering) -> Iterator[JsonObject]:
    """The CRDs of the packages of the rendered components."""
    for prototype in {part.prototype.folder: part.prototype for part in rendering.components}.values():
        yield from renderer.catalogue.definitions(place_of(prototype))


def _declared(target: Target, component: str) -> Location | None:
    found = target.app.components.get(component)
    return found.location if found else None


class _Findings(Struct, frozen=True):
    """Turns problems of objects into findings: with their place, their parameters, and without secrets."""

    renderer: Renderer
    rendering: Rendering

    def of_objects(self, checks: ObjectChecks, pods: PodsOnNodes) -> Iterator[Finding]:
        redactor = redactor_of(self.rendering)
        origins = FieldOrigins(self.renderer, self.rendering)
        for manifest in self.rendering.manifests:
            for problem in (*checks.problems(manifest), *pods.problems(manifest)):
                yield self._finding(manifest, problem, origins, redactor)

    def _finding(
        self, manifest: Manifest, problem: Problem, origins: FieldOrigins, redactor: Redactor
    ) -> Finding:
        origin = origins.find(manifest, problem.path)
        return Finding(
            problem.level,
            problem.code,
            _masked(problem, manifest, redactor),
            manifest.component,
            redactor.mask_ref(manifest.ref),
            tuple(redactor.mask_text(step) if isinstance(step, str) else step for step in problem.path),
            origin.location if origin else manifest.location,
            problem.hint,
            tuple(self._param(manifest.component, name) for name in sorted(origin.params if origin else ())),
        )

    def _param(self, component: str, name: str) -> FindingParam:
        part = next(part for part in self.rendering.components if part.component.name == component)
        origin = part.params.params[name].origin
        return FindingParam(component, name, origin.layer, origin.location)


def _masked(problem: Problem, manifest: Manifest, redactor: Redactor) -> str:
    """The message without secrets: a value that has one is replaced whole, as messages cut long values."""
    value = value_at(manifest.body, problem.path)
    in_secret = is_secret(manifest.body) and problem.path[:1] in (("data",), ("stringData",))
    secret = in_secret or redactor.mask_value(value) != value
    message = problem.message.replace(problem.shown, MASK) if secret and problem.shown else problem.message
    return redactor.mask_text(message)
