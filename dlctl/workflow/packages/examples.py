"""Test a package in a folder: each example of its prototypes renders to its golden file."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from dlctl.app.model import App, Block, Component, Destination, Environment, Target
from dlctl.errors import DlctlError, Location, RegistryError
from dlctl.files.presence import file_exists
from dlctl.files.write import FileChange, change_of, edit_files
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.view.hunks import unified
from dlctl.registry.packages.content import checked
from dlctl.registry.packages.metadata import read_package
from dlctl.registry.packages.offer import inside
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.examples import EXPECTED_FILE, Example, examples_of
from dlctl.registry.prototypes.model import Prototype
from dlctl.registry.prototypes.place import place_of
from dlctl.registry.prototypes.source import PACKAGE_FILE, READINESS, Source, builtin_source
from dlctl.registry.sources.directory import DirectoryTree
from dlctl.render.target import Renderer
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.model import Level
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.packages.readiness_cases import readiness_problems
from dlctl.workflow.validation.objects import ObjectChecks
from dlctl.yamlio.dump import dump_documents
from dlctl.yamlio.load import load_text, read_text

NAME = "example"
"""The name of the app and of the environment that examples are rendered in."""
NAMESPACE = "kubeflow"


class Status(StrEnum):
    """How a test ended; a golden file that is `written` counts as failed."""

    PASSED = "passed"
    FAILED = "failed"
    WRITTEN = "written"


class ExampleResult(Struct, frozen=True):
    """The test of one example; `example` is empty for a test of the prototype or of the package."""

    prototype: str
    example: str
    status: Status
    message: str = ""
    diff: str = ""


def package_source(folder: Path, shown: str) -> Source:
    """The package in a folder, with the shared files of the registry around it."""
    parent = Source(folder.parent, str(Path(shown).parent), builtin=False, base=builtin_source())

    def siblings() -> tuple[Source, ...]:
        names = _metadata_dependencies(folder, shown)
        found = (folder.parent / name for name in names if "/" not in name)
        return tuple(package_source(path, str(path)) for path in found if path.is_dir())

    return Source(
        folder, shown, builtin=False, base=parent, package=folder.name.partition("@")[0], needs=siblings
    )


def _metadata_dependencies(folder: Path, shown: str) -> Sequence[str]:
    path = folder / PACKAGE_FILE
    name = folder.name.partition("@")[0]
    return tuple(read_package(path.read_bytes(), f"{shown}/{PACKAGE_FILE}", name).dependencies)


def run_tests(folder: Path, shown: str, *, update: bool = False) -> tuple[ExampleResult, ...]:
    """Test the package in a folder. With `update` golden files that differ are overwritten.

    Raises RegistryError if it is no package, FileError if a golden file cannot be written.
    """
    if not file_exists(folder / PACKAGE_FILE, f"{shown}/{PACKAGE_FILE}"):
        raise RegistryError(
            f"no {PACKAGE_FILE} in {shown}", hint="name the folder of a package; 'dlctl pkg new' creates one"
        )
    _metadata_dependencies(folder, shown)
    source = package_source(folder, shown)
    catalogue = Catalogue((source,))
    renderer = Renderer(catalogue)
    results = list(_content_results(folder, shown))
    changes: list[FileChange] = []
    results += _readiness_results(source, catalogue)
    for name in source.prototypes():
        results += _prototype_results(renderer, name, changes if update else None)
    if not source.prototypes():
        raise RegistryError(
            f"{shown} has no prototypes", hint="a prototype is a folder with a prototype.yaml"
        )
    if changes:
        edit_files(folder, lambda: changes)
    return tuple(results)


def _content_results(folder: Path, shown: str) -> Iterator[ExampleResult]:
    """A failure if the package could not be installed, because of a file in it."""
    entries = DirectoryTree(folder.parent).entries(folder.name)
    try:
        checked(inside(entries, folder.name), shown)
    except RegistryError as error:
        yield ExampleResult("", "", Status.FAILED, error.message)


def _readiness_results(source: Source, catalogue: Catalogue) -> Iterator[ExampleResult]:
    """A result for each readiness file, whose cases are recorded objects."""
    for kind, problem in readiness_problems(source, catalogue):
        yield ExampleResult(READINESS, kind, Status.FAILED if problem else Status.PASSED, problem)


def _prototype_results(
    renderer: Renderer, name: str, changes: list[FileChange] | None
) -> Iterator[ExampleResult]:
    try:
        prototype = renderer.catalogue.find(name)
        examples = examples_of(prototype)
        renderer.catalogue.definitions(place_of(prototype))
    except DlctlError as error:
        yield ExampleResult(name, "", Status.FAILED, str(error))
        return
    if not examples:
        yield ExampleResult(name, "", Status.FAILED, "no examples")
    for example in examples:
        yield _example_result(renderer, prototype, example, changes)


def _example_result(
    renderer: Renderer, prototype: Prototype, example: Example, changes: list[FileChange] | None
) -> ExampleResult:
    golden = prototype.folder / "examples" / example.name / EXPECTED_FILE
    try:
        manifests = example_manifests(renderer, prototype, example)
        rendered = dump_documents(manifest.body for manifest in manifests)
        problems = _problems(manifests, renderer.catalogue.definitions(place_of(prototype)))
        expected = _golden(prototype, golden)
    except DlctlError as error:
        return ExampleResult(prototype.name, example.name, Status.FAILED, _text(error))
    if problems:
        return ExampleResult(prototype.name, example.name, Status.FAILED, "; ".join(problems))
    if rendered == expected:
        return ExampleResult(prototype.name, example.name, Status.PASSED)
    diff = "\n".join(unified((expected or "").splitlines(), rendered.splitlines()))
    if changes is not None:
        changes.append(change_of(golden, rendered.encode("utf-8")))
        return ExampleResult(
            prototype.name, example.name, Status.WRITTEN, f"{EXPECTED_FILE} was written", diff
        )
    message = f"differs from {EXPECTED_FILE}" if expected is not None else f"no {EXPECTED_FILE}"
    return ExampleResult(prototype.name, example.name, Status.FAILED, message, diff)


def _golden(prototype: Prototype, path: Path) -> str | None:
    shown = prototype.source.show(path)
    return read_text(path, shown) if file_exists(path, shown) else None


def _text(error: DlctlError) -> str:
    return "; ".join(str(each) for each in error.single_errors)


def _problems(manifests: Sequence[Manifest], definitions: Iterable[JsonObject]) -> list[str]:
    """What no cluster would accept in rendered objects: by their names, and the CRDs of the package."""
    checks = ObjectChecks(SchemaCatalogue(None, SchemaStore(())), manifests, None, definitions)
    return [
        f"{manifest.ref.kind}/{manifest.ref.name}: {problem.message}"
        for manifest in manifests
        for problem in checks.problems(manifest)
        if problem.level is Level.ERROR
    ]


def example_manifests(renderer: Renderer, prototype: Prototype, example: Example) -> tuple[Manifest, ...]:
    """The objects that an example's parameters render to. Raises ParamError or RenderError."""
    component = Component(
        name=prototype.name,
        prototype=prototype.name,
        base_name=prototype.name,
        namespace="",
        params=Block(example.params, load_text(example.params_text, "params.yaml")),
        patches=(),
        location=Location(prototype.source.show(prototype.folder)),
    )
    app = App(Path(NAME), NAME, {component.name: component}, load_text("", NAME))
    environment = Environment(NAME, Path(NAME), Destination(), NAMESPACE, layers=())
    return renderer.render(Target(app, environment), [component]).manifests
