"""Read `readiness/KIND.GROUP.yaml`: when the objects of a custom kind are ready."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app import readiness_keys
from dlctl.app.reader import Reader
from dlctl.errors import RegistryError
from dlctl.files.presence import folders_in, names_in
from dlctl.manifest import GroupKind
from dlctl.registry.prototypes.document_head import file_reader, registry_errors
from dlctl.registry.prototypes.readiness_links import read_holds, read_named_by, read_references
from dlctl.registry.prototypes.readiness_rules import optional_path, read_rules
from dlctl.registry.prototypes.source import READINESS, Source
from dlctl.status.readiness import NamedBy, Readiness

CASES = "cases"
"""The folder beside the files that has recorded objects, by the same names."""

KIND_FILE = re.compile(r"([A-Z][A-Za-z0-9]{0,62})\.([a-z0-9][-a-z0-9]*(\.[a-z0-9][-a-z0-9]*)+)\.yaml")


class ReadinessFile(Struct, frozen=True):
    """A file with the data of one kind."""

    source: Source
    path: Path
    kind: GroupKind


class ReadinessFiles:
    """The files of several sources: of those for one kind the first counts. Each is read when needed."""

    def __init__(self, sources: Iterable[Source], check: Callable[[Source], None]) -> None:
        self._sources = tuple(sources)
        self._check = check
        self._folders: dict[str, tuple[Source, str]] | None = None
        self._known: dict[GroupKind, Readiness | None] = {}
        self._every: tuple[Readiness, ...] | None = None

    def find(self, group_kind: GroupKind) -> Readiness | None:
        """The data of a kind; None if there is none. Raises RegistryError if it is not valid."""
        if group_kind not in self._known:
            file = self._file(group_kind) if "." in group_kind.group else None
            self._known[group_kind] = self._read(file) if file is not None else None
        return self._known[group_kind]

    def every(self) -> tuple[Readiness, ...]:
        """The data of all kinds. Raises RegistryError if any is not valid."""
        if self._every is None:
            self._every = tuple(filter(None, map(self.find, map(_kind_of, self._by_name()))))
        return self._every

    def _file(self, kind: GroupKind) -> ReadinessFile | None:
        name = f"{kind.kind}.{kind.group}.yaml"
        found = self._by_name().get(name)
        return ReadinessFile(found[0], Path(found[1], name), kind) if found else None

    def _by_name(self) -> dict[str, tuple[Source, str]]:
        """The source and the folder of each file: there are many, of which a command reads few."""
        if self._folders is None:
            found: dict[str, tuple[Source, str]] = {}
            for source in self._sources:
                for folder, name in _names(source):
                    found.setdefault(name, (source, folder))
            self._folders = found
        return self._folders

    def _read(self, file: ReadinessFile) -> Readiness:
        self._check(file.source)
        with registry_errors():
            reader = file_reader(file.source, file.path)
            reader.only(*readiness_keys.READINESS)
            reader.header("Readiness")
            if reader.text("like"):
                return self._like(file, reader)
            return _readiness(file.kind, reader)

    def _like(self, file: ReadinessFile, reader: Reader) -> Readiness:
        """The data of another kind, which must have its own."""
        reader.only("apiVersion", "kind", "like")
        name = KIND_FILE.fullmatch(f"{reader.text('like')}.yaml")
        other = self._file(GroupKind(name[2], name[1])) if name else None
        if other is None or other.kind == file.kind:
            raise RegistryError(
                f"no readiness file for kind '{reader.text('like')}'", location=reader.place("like")
            )
        with registry_errors():
            read = file_reader(other.source, other.path)
            if read.text("like"):
                raise RegistryError(
                    f"'{reader.text('like')}' is itself like another kind", location=reader.place("like")
                )
        own = replace(self._read(other), kind=file.kind, named_by=NamedBy(), holds=None)
        return replace(own, serves=False, pod_label="", pod_labels=()) if own.serves else own


def readiness_files(source: Source) -> Iterator[ReadinessFile]:
    """The files of a source, by package. Raises RegistryError for one with another name."""
    for folder, name in _names(source):
        yield ReadinessFile(source, Path(folder, name), _kind_of(name))


def _names(source: Source) -> Iterator[tuple[str, str]]:
    """The folder and the name of each file. Raises RegistryError for one that is not the name of a kind."""
    top = str(source.folder)
    packages = [top] if source.package else [f"{top}/{name}" for name in folders_in(top, follow=True)]
    for package in packages:
        folder = f"{package}/{READINESS}"
        for name in names_in(folder):
            if name.endswith(".yaml"):
                if not KIND_FILE.fullmatch(name):
                    raise _misnamed(source, Path(folder, name))
                yield folder, name


def _kind_of(name: str) -> GroupKind:
    kind, _, group = name.removesuffix(".yaml").partition(".")
    return GroupKind(group, kind)


def _misnamed(source: Source, path: Path) -> RegistryError:
    return RegistryError(
        f"{source.show(path)}: not the name of a custom kind",
        hint="call the file KIND.GROUP.yaml, such as Trainer.example.com.yaml",
    )


def _readiness(kind: GroupKind, reader: Reader) -> Readiness:
    job, serves = reader.child("job"), reader.child("serves")
    if job is not None and serves is not None:
        raise RegistryError("a job runs to completion, and serves nothing", location=reader.place("serves"))
    rules = read_rules(reader, is_job=job is not None)
    if not rules:
        raise RegistryError("no rules", location=reader.place("rules"))
    found = Readiness(
        kind,
        rules,
        reader.text("operator"),
        without_status=reader.flag("withoutStatus"),
        references=read_references(reader),
        named_by=read_named_by(reader),
        holds=read_holds(reader),
    )
    if serves is not None:
        return _of_server(found, serves)
    return _of_job(found, job) if job is not None else found


def _of_server(found: Readiness, serves: Reader) -> Readiness:
    """The data with what a file states of what serves."""
    serves.only(*readiness_keys.READINESS_SERVES)
    labels = tuple(text.partition("=") for text in serves.texts("podLabels"))
    if not all(key and value for key, _, value in labels):
        raise RegistryError(
            "'podLabels' must be labels with values",
            location=serves.place("podLabels"),
            hint="write KEY=VALUE, such as app.kubernetes.io/part-of=llm",
        )
    pairs = tuple((key, value) for key, _, value in labels)
    return replace(found, serves=True, pod_label=serves.text("podLabel"), pod_labels=pairs)


def _of_job(found: Readiness, job: Reader) -> Readiness:
    """The data with what a file states of a job."""
    job.only(*readiness_keys.READINESS_JOB)
    return replace(
        found,
        job=True,
        pod_label=job.text("podLabel"),
        role_label=job.text("roleLabel"),
        queue=optional_path(job, "queue"),
        suspend=optional_path(job, "suspend"),
        keeps_pods=job.flag("keepsPods"),
    )
