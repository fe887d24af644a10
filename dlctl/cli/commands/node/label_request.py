"""What `dlctl node label` is asked for, and whether that can be done."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.cli.arguments.label_selector import check_selector
from dlctl.cli.output.notes import log_event
from dlctl.cli.runtime import Runtime
from dlctl.errors import FileError, Location, UsageError
from dlctl.events import WarningNote
from dlctl.nodes.labelling.detected import DetectedHosts, read_hosts
from dlctl.nodes.labelling.keys import is_reserved
from dlctl.nodes.labelling.rules_file import read_rules
from dlctl.nodes.labelling.source import FROM_HOSTS, FROM_RULES, Source, field_manager, no_labels
from dlctl.workflow.node_label import LabelQuery


class LabelRequest(Struct, frozen=True):
    """The options, as they were typed."""

    environments: tuple[str, ...]
    all_environments: bool
    rules: Path | None
    detected: tuple[Path, ...]
    remove: bool
    selector: str
    features_from: str
    apply: bool
    dry_run: bool
    each: bool
    yes: bool
    skip_identity: bool
    ignore_unreachable: bool

    @property
    def writes(self) -> bool:
        """Whether requests to write are sent, if only for the API server to check them."""
        return self.apply or self.dry_run

    def check(self) -> None:
        """Raise UsageError unless exactly one thing is asked for, of nodes that can be selected."""
        check_selector(self.selector)
        given = {"--rules": self.rules, "--detected": self.detected, "--remove": self.remove}
        named = [option for option, value in given.items() if value]
        if not named:
            hint = "pass -f FILE with rules, --detected FILE of a host, or --remove"
            raise UsageError("no labels are given", hint=hint)
        if len(named) > 1:
            raise UsageError(
                f"{named[0]} and {named[1]} cannot be used together", hint="run the command twice"
            )
        if self.features_from and not self.rules:
            raise UsageError("--features-from needs --rules", hint="remove it")

    def check_targets(self, names: Sequence[str]) -> None:
        """Raise UsageError where several environments would be written to without --each."""
        if self.writes and len(names) > 1 and not self.each:
            raise UsageError(
                f"{len(names)} environments would be written to",
                hint="name one, or pass --each to write to each of them",
            )


class Asked(Struct, frozen=True):
    """The query for each cluster, and the hosts whose nodes must be found on one."""

    query: LabelQuery
    hosts: DetectedHosts | None = None


def read_asked(runtime: Runtime, request: LabelRequest, app: str) -> Asked:
    """Read the files of a request. Raises YamlError, RuleError and FileError."""
    sources, hosts = _removing(app), None
    if request.rules:
        sources = (_of_rules(runtime, request.rules, app),)
    elif request.detected:
        hosts = read_hosts((runtime.cwd / path, str(path)) for path in _files(runtime, request.detected))
        manager = field_manager(app, FROM_HOSTS)
        sources = (Source(manager, hosts.labels_of, only=frozenset(hosts.labels)),)
    return Asked(LabelQuery(sources, request.selector, request.features_from), hosts)


def _files(runtime: Runtime, paths: Iterable[Path]) -> Iterator[Path]:
    """The files, and of a folder those whose name ends in `.json`. Raises FileError for one without any."""
    for path in paths:
        found = (runtime.cwd / path).is_dir()
        files = sorted(path / each.name for each in (runtime.cwd / path).glob("*.json")) if found else [path]
        if not files:
            raise FileError("the folder has no *.json files", location=Location(str(path)))
        yield from files


def _removing(app: str) -> tuple[Source, ...]:
    return tuple(Source(field_manager(app, origin), no_labels) for origin in (FROM_RULES, FROM_HOSTS))


def _of_rules(runtime: Runtime, path: Path, app: str) -> Source:
    rules = read_rules(runtime.cwd / path, str(path))
    for label, wanted in rules.stated().items():
        if is_reserved(label):
            text = f"{wanted.location}: label {label} is in a domain that Kubernetes reserves for itself"
            log_event(WarningNote(text))
    return Source(field_manager(app, FROM_RULES), rules.labels_of, features=rules.features)
