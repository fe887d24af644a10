"""`env update`: read an environment's cluster, and write what was seen to its cluster.yaml."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from dlctl.app.cluster_snapshot import UNKNOWN, ClusterSnapshot
from dlctl.app.environments import load_environment
from dlctl.app.model import App, Environment
from dlctl.app.snapshot.compare import Difference, completed, differences, kept_parts
from dlctl.app.snapshot.load import cluster_file, load_snapshot
from dlctl.app.snapshot.text import snapshot_text
from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError, ClusterError, NotFound, Unauthorized, Unreachable, YamlError
from dlctl.events import Emit, Note, Progress, WarningNote
from dlctl.files.write import FileChange, change_of, edit_files
from dlctl.plan.identity import check_identity, recorded_server
from dlctl.plan.view.hunks import unified
from dlctl.schemas.index import SchemaIndex, index_path
from dlctl.schemas.store import SchemaStore
from dlctl.text import listed
from dlctl.workflow.keep_schemas import SchemaChanges, keep_schemas, schema_changes
from dlctl.workflow.session import Connect
from dlctl.workflow.snapshot.read import SnapshotOptions, read_snapshot


class Mode(StrEnum):
    """What is done with the file: it is written, or compared as it would be written, or only checked."""

    WRITE = "write"
    DRY_RUN = "dry-run"
    CHECK = "check"


class UpdateOptions(Struct, frozen=True):
    """What is done with the files, and whether nodes are listed by name (None: as the file does now).

    `schemas_in_app`: keep the OpenAPI documents in the app, too.
    """

    mode: Mode = Mode.WRITE
    node_names: bool | None = None
    schemas_in_app: bool = False


class Updated(Struct, frozen=True):
    """The change of an environment's cluster.yaml; `written` is false where it was only looked at.

    `schemas` are the changes of schemas.yaml, and of documents in the app; None where the cluster's documents
    could not be read. What the file has and this user may not list stays as it is: `kept`.
    """

    environment: str
    change: FileChange
    snapshot: ClusterSnapshot
    differences: tuple[Difference, ...]
    written: bool
    kept: tuple[str, ...] = ()
    schemas: SchemaChanges | None = None

    @property
    def schemas_file(self) -> str:
        """The index of OpenAPI documents, relative to the app's root."""
        return index_path(self.environment)

    @property
    def schemas_changed(self) -> bool:
        """Whether schemas.yaml, or a document in the app, is out of date, or was before it was written."""
        return self.schemas is not None and self.schemas.changed

    @property
    def outdated(self) -> bool:
        """Whether any file is out of date, or was before it was written."""
        return self.changed or self.schemas_changed

    @property
    def file(self) -> str:
        """The file, relative to the app's root."""
        return cluster_file(self.environment)

    @property
    def is_new(self) -> bool:
        """Whether there was no file."""
        return self.change.before is None

    @property
    def changed(self) -> bool:
        """Whether the file is out of date, or was before it was written."""
        return self.change.before != self.change.after

    def diff(self) -> str:
        """How cluster.yaml and schemas.yaml change, as unified diffs."""
        index = _diff(self.schemas.index, self.schemas_file) if self.schemas else ""
        return _diff(self.change, self.file) + index


def _diff(change: FileChange, file: str) -> str:
    hunks = list(unified(*(_lines(text) for text in (change.before, change.after))))
    header = (f"--- {'/dev/null' if change.before is None else file}", f"+++ {file}")
    return "".join(f"{line}\n" for line in (*header, *hunks)) if hunks else ""


def _lines(text: bytes | None) -> list[str]:
    return (text or b"").decode("utf-8", errors="replace").splitlines()


def update_environment(
    app: App, name: str, connect: Connect, store: SchemaStore, options: UpdateOptions, emit: Emit
) -> Updated:
    """Read the cluster of an environment, and write its cluster.yaml and schemas.yaml where these change.

    OpenAPI documents go to the store; where they cannot be read, what is known of them stays.

    Raises PlanError, before the cluster is read, if it is not the one that the environment is pinned to;
    AppError, ClusterError, FileError.
    """
    environment = load_environment(app, name)
    cluster = connect(environment, emit)
    _check_pin(environment, cluster, emit)
    known = _known(app, name, emit)
    names = known.has_names if options.node_names is None else options.node_names
    snapshot = read_snapshot(cluster, SnapshotOptions(environment.namespace, names), emit)
    kept = kept_parts(snapshot, known)
    refused = f"environment {name}: you do not have permission to list"
    if lost := [each for each in snapshot.unread if each not in kept]:
        emit(WarningNote(f"{refused} {listed(lost)}"))
    if kept:
        emit(WarningNote(f"{refused} {listed(kept)}; {_KEPT[options.mode]}"))
    index = _schema_index(name, cluster, store, options, emit)

    write = options.mode is Mode.WRITE

    def schemas() -> SchemaChanges | None:
        in_app = options.schemas_in_app
        return schema_changes(app.root, name, index, store, in_app=in_app, write=write) if index else None

    full = completed(snapshot, known, names=names)
    change, found = _changes(app, name, snapshot_text(full, name), schemas, write=write)
    return Updated(name, change, full, differences(known, full), write, kept, found)


_KEPT = {
    Mode.WRITE: "cluster.yaml keeps what it has of them",
    Mode.DRY_RUN: "cluster.yaml would keep what it has of them",
    Mode.CHECK: "what cluster.yaml has of them is not checked",
}


def _schema_index(
    name: str, cluster: Cluster, store: SchemaStore, options: UpdateOptions, emit: Emit
) -> SchemaIndex | None:
    """The index of the cluster's OpenAPI documents, which are kept if files are written; None if unread."""
    emit(Progress("reading OpenAPI documents"))
    try:
        return keep_schemas(cluster, store, fetch=options.mode is Mode.WRITE)
    except (Unreachable, Unauthorized):
        raise
    except NotFound:  # a server before OpenAPI v3 (Kubernetes 1.24); `validate` says that there are none
        return None
    except ClusterError as error:
        emit(WarningNote(f"environment {name}: OpenAPI documents cannot be read: {error.message}"))
        return None


def _check_pin(environment: Environment, cluster: Cluster, emit: Emit) -> None:
    destination = environment.destination
    pinned = bool(destination.cluster_id)
    for note in check_identity(
        environment.name,
        destination.cluster_id,
        cluster.identity(),
        writing=pinned,
        sandbox=bool(destination.sandbox),
        server=recorded_server(destination, cluster),
    ):
        emit(WarningNote(note))
    if not pinned and not destination.sandbox:
        emit(Note(f"environment {environment.name} is not pinned to a cluster; this is {cluster.server}"))


def _known(app: App, name: str, emit: Emit) -> ClusterSnapshot:
    """What the file holds now; a file that cannot be read counts as none."""
    try:
        return load_snapshot(app.root, name)
    except (AppError, YamlError) as error:
        emit(WarningNote(f"{error}; its content is ignored"))
        return UNKNOWN


def _changes(
    app: App, name: str, after: str, schemas: Callable[[], SchemaChanges | None], *, write: bool
) -> tuple[FileChange, SchemaChanges | None]:
    """The change of an environment's cluster.yaml, and those of schemas, written unless only looked at."""
    path = app.root / cluster_file(name)
    found: SchemaChanges | None = None

    def changes() -> Sequence[FileChange]:
        nonlocal found
        found = schemas()
        return [change_of(path, after.encode("utf-8")), *(found.files if found else ())]

    change = (edit_files(app.root, changes) if write else changes())[0]
    return change, found
