"""What other versions of packages mean for an app: parameters, who sets them, and rendered objects."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.discover import APP_FILE
from dlctl.app.environments import environment_names, load_target
from dlctl.app.model import App, Component, Environment
from dlctl.errors import DlctlError, RegistryError
from dlctl.events import no_events
from dlctl.files.folders import place_folder
from dlctl.files.signed_files import SignedFolder
from dlctl.params.prototype_changes import param_changes
from dlctl.plan.view.hunks import unified
from dlctl.plan.view.text import title
from dlctl.redact import Redactor
from dlctl.registry.packages.catalogue import app_catalogue, pins_in
from dlctl.registry.packages.installed import candidate_of
from dlctl.registry.packages.solve import unmet
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.packages.verify import Verifier
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer
from dlctl.workflow.packages.report import ComponentChange, Failure, ObjectChange, Report
from dlctl.workflow.packages.usable import check_usable
from dlctl.workflow.render import Selection, render_target
from dlctl.yamlio.dump import dump


class Side(Struct, frozen=True):
    """The app with one set of packages."""

    app: App
    catalogue: Catalogue
    renderer: Renderer


def report_of(
    app: App, verifier: Verifier, bytecode: SignedFolder | None, found: Sequence[Vendored]
) -> Report:
    """What installing `found`, or replacing packages by it, changes for the app's components.

    Raises AppError for an environment that cannot be loaded, RegistryError for packages that cannot be used.
    """
    changed = tuple((app.packages.get(each.pin.name), each.pin) for each in found)
    after = replace(app, packages={**app.packages, **{each.pin.name: each.pin for each in found}})
    with staged_roots(found) as staged:
        check_usable(after, staged, found)
        unmet_needs = tuple(_unmet(after, staged))
        if not app.components:
            return Report(changed, failures=unmet_needs)
        old = side_of(app, app_catalogue(app, verifier, bytecode))
        new = side_of(
            after, app_catalogue(after, replace(verifier, records=None), bytecode, no_events, staged)
        )
        every = environment_names(app)
        places = [name for name in every if not _same_packages(old, new, load_target(app, name).environment)]
        report = compared(old, new, places, (APP_FILE, *every))
    return replace(report, changed=changed, failures=(*unmet_needs, *report.failures))


def side_of(app: App, catalogue: Catalogue) -> Side:
    """The app with the packages of a catalogue."""
    return Side(app, catalogue, Renderer(catalogue))


def compared(old: Side, new: Side, environments: Sequence[str], files: Sequence[str]) -> Report:
    """How the components differ: parameters and where in `files` they are set, objects in `environments`."""
    components = old.app.components.values()
    affected = tuple(each for each in components if _origin(old, each) != _origin(new, each))
    params, failures = _params(old, new, affected, files)
    objects, more = _objects(old, new, affected, environments)
    return Report((), params, objects, (*failures, *more))


@contextmanager
def staged_roots(found: Sequence[Vendored]) -> Iterator[dict[str, Path]]:
    """The root of each package, by its folder in vendor/: a temporary folder, where it can be loaded."""
    with TemporaryDirectory(prefix="dlctl-") as name:
        root = Path(name).resolve()
        for each in found:
            files = {file.path: (file.data, file.executable) for file in each.content.files}
            place_folder(root / each.pin.folder, files)
        yield {each.pin.folder: root for each in found}


def _unmet(after: App, staged: Mapping[str, Path]) -> Iterator[Failure]:
    """The environments with other versions in which a package would not have what it needs."""
    for name in environment_names(after):
        environment = load_target(after, name).environment
        if not environment.packages:
            continue
        pins = pins_in(after, environment).values()
        chosen = {pin.name: candidate_of(staged.get(pin.folder, after.root), pin) for pin in pins}
        if problems := unmet(chosen):
            yield Failure(name, "", RegistryError("; ".join(problems)))


def _origin(side: Side, component: Component) -> tuple[str, ...]:
    """What a component's objects are made with: its prototype, and the digests of the packages behind it.

    Empty if the prototype cannot be found, or is ambiguous.
    """
    try:
        prototype = side.catalogue.find(component.prototype, component.location)
    except DlctlError:
        return ()
    source = prototype.source
    packages = (f"{each.registry}/{each.package} {each.digest}" for each in (source, *source.needs()))
    return (prototype.package, prototype.name, *packages)


def _params(
    old: Side, new: Side, affected: Sequence[Component], files: Sequence[str]
) -> tuple[tuple[ComponentChange, ...], tuple[Failure, ...]]:
    changes: list[ComponentChange] = []
    failures: list[Failure] = []
    for component in affected:
        try:
            before = old.catalogue.find(component.prototype, component.location)
        except DlctlError:
            continue  # it did not work before
        try:
            after = new.catalogue.find(component.prototype, component.location)
        except DlctlError as error:
            failures.append(Failure("", component.name, error))
            continue
        changes += (
            ComponentChange(component.name, change, _set_in(old.app, component, change.names, files))
            for change in param_changes(before, after)
        )
    return tuple(changes), tuple(failures)


def _set_in(app: App, component: Component, names: Iterable[str], files: Sequence[str]) -> tuple[str, ...]:
    """Where a parameter of a component is set, of these: dlctl.yaml, or environments by name."""
    spellings = set(names)
    found = [APP_FILE] if spellings & component.params.values.keys() else []
    for name in (each for each in files if each != APP_FILE):
        own = load_target(app, name).environment.layers[-1]
        block = own.components.get(component.name)
        if spellings & (own.params.values.keys() | (block.values.keys() if block else set())):
            found.append(name)
    return tuple(found)


def _objects(
    old: Side, new: Side, affected: Sequence[Component], environments: Sequence[str]
) -> tuple[tuple[ObjectChange, ...], tuple[Failure, ...]]:
    changes: list[ObjectChange] = []
    failures: list[Failure] = []
    for name in environments:
        environment = load_target(old.app, name).environment
        for component in affected:
            if component.name in environment.disabled:
                continue
            before = _rendered(old, name, component)
            after = _rendered(new, name, component)
            if isinstance(after, DlctlError):
                if not isinstance(before, DlctlError):
                    failures.append(Failure(name, component.name, after))
            elif not isinstance(before, DlctlError):
                changes += _differing(name, component.name, before, after)
    return tuple(changes), tuple(failures)


def _same_packages(old: Side, new: Side, environment: Environment) -> bool:
    """Whether the environment keeps its versions, because it states them itself."""
    one, other = pins_in(old.app, environment), pins_in(new.app, environment)
    return {(pin.folder, pin.shadow) for pin in one.values()} == {
        (pin.folder, pin.shadow) for pin in other.values()
    }


def _rendered(side: Side, environment: str, component: Component) -> Rendering | DlctlError:
    try:
        target = load_target(side.app, environment)
        return render_target(side.renderer, target, Selection((component.name,)))
    except DlctlError as error:
        return error


def _differing(
    environment: str, component: str, before: Rendering, after: Rendering
) -> Iterator[ObjectChange]:
    """The objects that differ, in the order of application; secrets are masked."""
    redactor = Redactor().with_values((*before.secrets, *after.secrets))
    old = {manifest.ref: redactor.mask_manifest(manifest.body) for manifest in before.manifests}
    new = {manifest.ref: redactor.mask_manifest(manifest.body) for manifest in after.manifests}
    for ref in dict.fromkeys((*old, *new)):
        one, other = _text(old.get(ref)), _text(new.get(ref))
        if one != other:
            action = "added" if not one else "removed" if not other else "changed"
            yield ObjectChange(
                environment, component, title(ref), action, "\n".join(unified(one, other)) + "\n"
            )


def _text(body: Mapping[str, object] | None) -> list[str]:
    return dump(body).splitlines() if body is not None else []
