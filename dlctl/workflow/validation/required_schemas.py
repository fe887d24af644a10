"""Findings about schemas that are not at hand, for `validate --require-schemas`."""

from collections.abc import Iterable, Iterator

from dlctl.errors import Location
from dlctl.manifest import ApiKey
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.index import index_path
from dlctl.schemas.model import Level
from dlctl.text import enumerated
from dlctl.workflow.validation.model import Finding
from dlctl.workflow.validation.objects import ObjectChecks


def missing_schemas(
    environment: str,
    catalogue: SchemaCatalogue,
    checks: ObjectChecks,
    used: Iterable[ApiKey],
    reported: Iterable[ApiKey],
) -> Iterator[Finding]:
    """An error where the index, or the schema of a kind in `used`, is missing, damaged or cannot be used.

    Kinds in `reported` have a finding already, because the cluster does not serve them.
    """
    path = index_path(environment)
    if catalogue.index is None:
        message = f"there are no schemas of the cluster of {environment}: there is no {path}"
        yield _finding(environment, message, Location(f"environments/{environment}/environment.yaml"))
        return
    skipped = set(reported)
    keys = [key for key in sorted(set(used)) if key not in skipped]
    lost = catalogue.lost(key[0] for key in keys if checks.schema(key) is None)
    if lost:
        message = f"schemas of {enumerated(lost)} are neither in the app nor in the cache, or damaged"
        yield _finding(environment, message, Location(path))
    bare = [_named(key) for key in keys if checks.schema(key) is None and key[0] not in lost]
    if bare:
        yield _finding(environment, f"there is no schema of {enumerated(bare)}", Location(path))
    for key in keys:
        if key in checks.unusable:
            reason = checks.unusable[key]
            yield _finding(environment, f"the schema of {_named(key)}: {reason}", Location(path))


def _finding(environment: str, message: str, location: Location) -> Finding:
    hint = (
        f"run 'dlctl env update {environment} --schemas', and commit {index_path(environment)} and schemas/"
    )
    return Finding(Level.ERROR, "missing-schema", message, "", location=location, hint=hint)


def _named(key: ApiKey) -> str:
    return f"{key[0]} {key[1]}"
