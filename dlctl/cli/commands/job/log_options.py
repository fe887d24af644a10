"""The options of `dlctl job logs`, by kubectl's names, and which replicas and containers they stand for."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from dlctl.cli.arguments.durations import Duration
from dlctl.cli.output.views.jobs.log_format import LogFormat
from dlctl.errors import UsageError
from dlctl.pattern import pattern

Names = list[str] | None
Follow = Annotated[
    bool,
    typer.Option("-f", "--follow", help="Follow new lines, restarts and new pods until the job finishes."),
]
MaxLogRequests = Annotated[
    int,
    typer.Option(
        "--max-log-requests",
        metavar="N",
        min=1,
        max=500,
        help="With --follow or --sorted: maximum number of logs read at the same time; the others wait.",
    ),
]
ExitStatus = Annotated[
    bool,
    typer.Option(
        "--exit-status",
        help="With --follow: exit with 1 where the job fails, 4 where it is deleted before it finishes.",
    ),
]
Previous = Annotated[
    bool, typer.Option("-p", "--previous", help="Print the logs of the previous instance of each container.")
]
Containers = Annotated[
    Names,
    typer.Option("-c", "--container", metavar="NAME", help="Only this container; '*' stands for all."),
]
AllContainers = Annotated[bool, typer.Option("--all-containers", help="All containers of each pod.")]
Init = Annotated[bool, typer.Option("--init", help="The init containers of each pod.")]
Replicas = Annotated[
    Names,
    typer.Option("--replica", metavar="ROLE-INDEX", help="Only this replica, such as worker-3, or a pod."),
]
Roles = Annotated[Names, typer.Option("--role", metavar="ROLE", help="Only replicas of this role.")]
Indexes = Annotated[
    str, typer.Option("--index", metavar="LIST", help="Only replicas with these indexes, such as 0,2-5.")
]
Chief = Annotated[
    bool, typer.Option("--chief", help="Only the replica that leads the job: chief, master or launcher.")
]
Tail = Annotated[
    int | None,
    typer.Option(
        "--tail",
        metavar="N",
        min=-1,
        help="Last lines of each log; -1 means all (default: all of one log, 200 of each of several; "
        "10 with --follow).",
    ),
]
Since = Annotated[
    float | None,
    typer.Option(
        "--since",
        metavar="DURATION",
        click_type=Duration(least="1s"),
        help="Only lines that are not older than this, such as 5m.",
    ),
]
SinceTime = Annotated[
    str, typer.Option("--since-time", metavar="TIME", help="Only lines from this time on (RFC 3339).")
]
Timestamps = Annotated[bool, typer.Option("-t", "--timestamps", help="Print the time of each line.")]
Grep = Annotated[
    str, typer.Option("--grep", metavar="REGEX", help="Only lines that match a regular expression.")
]
Sorted = Annotated[
    bool, typer.Option("--sorted", help="The lines of all logs by time, not one log after the other.")
]
Prefix = Annotated[
    bool | None,
    typer.Option(
        "--prefix/--no-prefix",
        show_default=False,
        help="Print the replica before each line (default: where several logs are read).",
    ),
]
Output = Annotated[
    LogFormat,
    typer.Option(
        "-o", "--output", help="Output format: raw has no prefixes, jsonl a document for each line."
    ),
]

_RANGE = pattern(r"(\d{1,6})(?:-(\d{1,6}))?")
_MOST = 100_000


def indexes_of(text: str) -> frozenset[int]:
    """The indexes of `0,2-5`. Raises UsageError."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last or last - first > _MOST:
            raise UsageError("--index takes indexes and ranges such as 0,2-5", hint="count from 0")
        found.update(range(first, last + 1))
    return frozenset(found)


def names_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """Names that were given once or several times, also as a list with commas."""
    return tuple(name for text in names or () for name in text.split(",") if name)


def matching(text: str) -> Callable[[str], object] | None:
    """Whether a line matches an expression; None for an empty one. Raises UsageError."""
    try:
        return re.compile(text).search if text else None
    except re.error as error:
        raise UsageError(
            f"--grep is not a regular expression: {error.msg}", hint="see Python's re"
        ) from error
