"""Check an environment's objects offline: `validate`."""

from collections.abc import Iterator

from dlctl.app.model import Target
from dlctl.manifest import Manifest
from dlctl.redact import Redactor
from dlctl.render.target import Renderer
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.index import read_index
from dlctl.schemas.model import Problem
from dlctl.schemas.removed_apis import release_of
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.validation.model import Finding, Validation
from dlctl.workflow.validation.objects import ObjectChecks
from dlctl.workflow.validation.rendering import render_valid


def validate_environment(
    renderer: Renderer, target: Target, selection: Selection, store: SchemaStore
) -> Validation:
    """Every problem of an environment's objects that can be found without its cluster.

    Raises AppError if the environment or a selected component does not exist, or a generated file is invalid.
    """
    environment = target.environment.name
    index = read_index(target.app.root, environment)
    rendered = render_valid(renderer, target, selection)
    redactor = redactor_of(rendered.rendering)
    release = release_of(index.version) if index else None
    checks = ObjectChecks(SchemaCatalogue(index, store), rendered.rendering.manifests, release)
    findings = [*rendered.findings]
    for manifest in rendered.rendering.manifests:
        findings += _findings(manifest, checks.problems(manifest), redactor)
    return Validation(
        environment,
        tuple(findings),
        len(rendered.rendering.manifests),
        index.version if index else "",
    )


def _findings(manifest: Manifest, problems: Iterator[Problem], redactor: Redactor) -> Iterator[Finding]:
    for problem in problems:
        yield Finding(
            problem.level,
            problem.code,
            redactor.mask_text(problem.message),
            manifest.component,
            redactor.mask_ref(manifest.ref),
            problem.path,
            manifest.location,
            problem.hint,
        )
