"""Who makes a run, and from which revision of the app's files."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dlctl import __version__
from dlctl.deploy.holder import this_holder
from dlctl.jobs.runs.record import RunRecord
from dlctl.registry.sources.git.revision import revision_of


def new_record(component: str, environment: str, root: Path, environ: Mapping[str, str]) -> RunRecord:
    """The record of a run that is made now, by this user, from the files below `root`; it has no name yet."""
    found, holder = revision_of(root, environ), this_holder()
    return RunRecord(
        run="",
        component=component,
        environment=environment,
        revision=found.commit,
        changed=found.changed,
        user=f"{holder.user}@{holder.host}",
        time=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        version=__version__,
    )
