"""Read environments: environment.yaml, params.yaml and the environments that they extend."""

import os
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app import file_keys
from dlctl.app.approval import read_approvers
from dlctl.app.cluster_snapshot import CLUSTER_FILE, UNKNOWN
from dlctl.app.discover import ENVIRONMENT_FILE, environment_names_of
from dlctl.app.drift import read_drift
from dlctl.app.find import find_component
from dlctl.app.inside import require_inside
from dlctl.app.model import App, Block, Destination, Environment, EnvironmentLayer, Target
from dlctl.app.names import check_environment_name, check_label, check_name
from dlctl.app.package_model import Pin
from dlctl.app.reader import Reader
from dlctl.errors import AppError, Location
from dlctl.files.presence import file_exists
from dlctl.manifest import Patch
from dlctl.text import listed, shown_name
from dlctl.yamlio.load import Document, load_file

PARAMS_FILE, SOPS_FILE = "params.yaml", "params.sops.yaml"
DEFAULT_NAMESPACE = "default"
MAX_DEPTH = 100
"""The longest chain of environments that extend each other."""

_MISPLACED = dict.fromkeys(("params", "components"), "parameters go in the file params.yaml beside it")
_OF_A_COMPONENT = "parameters of a component go under 'components'"
_PARAMS = "parameters of every component go under 'params', those of one under 'components'"


def environment_names(app: App) -> tuple[str, ...]:
    """The names of all environments, sorted; a nested folder's name is its path."""
    return environment_names_of(app.root)


def has_environment(app: App, name: str) -> bool:
    """Whether the app has an environment of this name."""
    return file_exists(app.environments_folder / name / ENVIRONMENT_FILE, f"environments/{name}")


def load_target(app: App, name: str) -> Target:
    """An app with one of its environments and its cluster.yaml. Raises AppError or YamlError."""
    environment = load_environment(app, name)
    if not os.path.lexists(environment.folder / CLUSTER_FILE):
        return Target(app, environment, UNKNOWN)
    from dlctl.app.snapshot.load import load_snapshot

    return Target(app, environment, load_snapshot(app.root, name))


def load_environment(app: App, name: str) -> Environment:
    """Read one environment and the environments that it extends.

    Raises AppError for an unknown name (the hint suggests the nearest one), a cycle, or an invalid value.
    """
    shown = f"environments/{name}/{ENVIRONMENT_FILE}"
    try:
        check_environment_name(name)
    except AppError as error:  # for a folder that was created by hand
        error.location = Location(shown) if name in environment_names(app) else None
        raise
    return _load(_Loading(app, {}), name, (), None)


class _Loading(Struct, frozen=True):
    """The environments read so far in one `load_environment` call; each is read once."""

    app: App
    known: dict[str, Environment]


def _load(loading: _Loading, name: str, children: tuple[str, ...], asked_by: Location | None) -> Environment:
    app = loading.app
    if name in children:
        chain = " → ".join((*children[children.index(name) :], name))
        raise AppError(f"environments extend each other in a cycle: {chain}", location=asked_by)
    if len(children) > MAX_DEPTH:
        raise AppError(f"environments extend each other more than {MAX_DEPTH} levels deep", location=asked_by)
    if name not in loading.known:
        folder = app.environments_folder / name
        if not file_exists(folder / ENVIRONMENT_FILE, f"environments/{name}/{ENVIRONMENT_FILE}"):
            raise _unknown(app, name, asked_by)
        require_inside(app.root, folder)
        reader = Reader(_document(app, name, ENVIRONMENT_FILE))
        reader.only(*file_keys.ENVIRONMENT, misplaced=_MISPLACED)
        parents = _parents(loading, reader, (*children, name))
        loading.known[name] = _environment(app, name, reader, parents)
    return loading.known[name]


def _parents(loading: _Loading, reader: Reader, children: tuple[str, ...]) -> tuple[Environment, ...]:
    places = ((parent, reader.place("extends", n)) for n, parent in enumerate(reader.texts("extends")))
    return tuple(
        _load(loading, check_environment_name(parent, place), children, place) for parent, place in places
    )


def _environment(app: App, name: str, reader: Reader, parents: tuple[Environment, ...]) -> Environment:
    own = _layer(app, name)
    labels = {key: value for parent in parents for key, value in (parent.labels or {}).items()}
    return Environment(
        name=name,
        folder=app.environments_folder / name,
        destination=_destination(reader),
        namespace=check_name(
            "a namespace", reader.text("namespace", DEFAULT_NAMESPACE), reader.place("namespace")
        ),
        layers=(*_unique(layer for parent in parents for layer in parent.layers), own),
        extends=reader.texts("extends"),
        labels={**labels, **_labels(reader)},
        protected=reader.flag("protected"),
        disabled=_disabled(app, reader).union(*(parent.disabled for parent in parents)),
        patches=_patches(app, reader, parents),
        location=reader.place(),
        packages=_packages(app, reader, parents),
        prunes=_prunes(reader),
        drift=(*read_drift(reader), *(rule for parent in parents for rule in parent.drift)),
        approvers=read_approvers(reader),
    )


def _prunes(reader: Reader) -> bool:
    found = reader.text("prune")
    if found not in ("", "always"):
        raise AppError(
            f"'prune' must be always, found {shown_name(found)}",
            location=reader.place("prune"),
            hint="remove the line to delete only with 'dlctl apply --prune'",
        )
    return found == "always"


def _packages(app: App, reader: Reader, parents: tuple[Environment, ...]) -> dict[str, Pin]:
    """The versions of packages that differ here; those of extended environments come first."""
    inherited = {name: pin for parent in parents for name, pin in parent.packages.items()}
    if reader.child("packages") is None:
        return inherited
    from dlctl.app.package_keys import read_packages
    from dlctl.suggest import did_you_mean

    own = read_packages(reader)
    for name, pin in own.items():
        if name not in app.packages:
            raise AppError(
                f"package '{name}' is not installed in this app",
                location=pin.location,
                hint=did_you_mean(name, app.packages, f"first run: dlctl pkg install {name}"),
            )
    return {**inherited, **own}


def _unique(layers: Iterable[EnvironmentLayer]) -> tuple[EnvironmentLayer, ...]:
    """The layers without repeats; a parent that is extended twice counts at its first place."""
    seen: dict[str, EnvironmentLayer] = {}
    for layer in layers:
        seen.setdefault(layer.environment, layer)
    return tuple(seen.values())


def _destination(reader: Reader) -> Destination:
    destination = Destination(
        context=reader.text("context"),
        server=reader.text("server"),
        cluster_id=reader.text("clusterId"),
        sandbox=reader.text("sandbox"),
    )
    if destination.sandbox and (destination.context or destination.server or destination.cluster_id):
        raise AppError(
            "environment has both a sandbox and a cluster",
            location=reader.place("sandbox"),
            hint="keep either 'sandbox', or 'context', 'server' and 'clusterId'",
        )
    if destination.server:
        _check_server(destination.server, reader)
    return destination


def _check_server(server: str, reader: Reader) -> None:
    from dlctl.server_url import HINT, PROBLEM, WRITE_URL, may_hold_credentials, server_parts

    if may_hold_credentials(server):
        raise AppError(f"the server {PROBLEM}", location=reader.place("server"), hint=HINT)
    if server_parts(server) is None:
        raise AppError(f"the server is not a URL: {server}", location=reader.place("server"), hint=WRITE_URL)


def _labels(reader: Reader) -> dict[str, str]:
    block = reader.block("labels")
    for key, value in block.values.items():
        if not isinstance(value, str):
            raise AppError(
                f"label '{key}' must be a string", location=block.location(key), hint="put it in quotes"
            )
        check_label(key, value, block.location(key))
    return dict(block.values)


def _disabled(app: App, reader: Reader) -> frozenset[str]:
    names = reader.texts("disabled")
    for index, name in enumerate(names):
        find_component(app, name, reader.place("disabled", index))
    return frozenset(names)


def _patches(app: App, reader: Reader, parents: tuple[Environment, ...]) -> dict[str, tuple[Patch, ...]]:
    patches: dict[str, tuple[Patch, ...]] = {}
    for parent in parents:
        _append(patches, parent.patches or {})
    own = reader.child("patches", example="COMPONENT: [{target: …, merge: …}]")
    if own is None:
        return patches
    from dlctl.app.patches import read_patches

    for name in own.values:
        find_component(app, name, own.document.key_location((*own.path, name)))
        _append(patches, {name: read_patches(own, name, name)})
    return patches


def _append(into: dict[str, tuple[Patch, ...]], more: Mapping[str, tuple[Patch, ...]]) -> None:
    for name, patches in more.items():
        found = into.get(name, ())  # a parent that is extended twice is applied once
        into[name] = (*found, *(patch for patch in patches if patch not in found))


def _layer(app: App, name: str) -> EnvironmentLayer:
    own, secrets = _plain_layer(app, name), f"environments/{name}/{SOPS_FILE}"
    if not file_exists(app.root / secrets, secrets):
        return own
    from dlctl.app.sops import load_sops

    return replace(own, secrets=load_sops(app, name))


def _plain_layer(app: App, name: str) -> EnvironmentLayer:
    shown = f"environments/{name}/{PARAMS_FILE}"
    if not file_exists(app.environments_folder / name / PARAMS_FILE, shown):
        return EnvironmentLayer(name, Block({}), {})
    reader = Reader(_document(app, name, PARAMS_FILE))
    reader.only(*file_keys.PARAMS, misplaced=dict.fromkeys(app.components, _OF_A_COMPONENT), others=_PARAMS)
    components = {}
    for component, child in reader.children("components", "component", "PARAMETER: VALUE"):
        place = reader.document.key_location(("components", component))
        find_component(app, component, place)
        components[component] = Block(child.values, reader.document, child.path)
    return EnvironmentLayer(name, reader.block("params"), components)


def _document(app: App, environment: str, file: str) -> Document:
    shown = f"environments/{environment}/{file}"
    return load_file(app.root / shown, shown)


def _unknown(app: App, name: str, asked_by: Location | None) -> AppError:
    from dlctl.suggest import did_you_mean

    known = environment_names(app)
    return AppError(
        f"environment '{name}' not found",
        location=asked_by,
        hint=did_you_mean(
            name,
            known,
            f"environments of this app: {listed(known)}" if known else f"add it with 'dlctl env add {name}'",
        ),
    )
