"""What `validate` did not check in an environment, and why."""

from collections.abc import Collection, Iterable, Iterator

from dlctl.manifest import ApiKey
from dlctl.schemas.catalogue import SchemaCatalogue, has_rules
from dlctl.text import enumerated
from dlctl.workflow.validation.objects import ObjectChecks


def not_checked(
    environment: str,
    catalogue: SchemaCatalogue,
    checks: ObjectChecks,
    used: Iterable[ApiKey],
    unknown: Iterable[ApiKey],
    of_nodes: Iterable[str],
    *,
    has_cluster: bool = True,
) -> Iterator[str]:
    """One line for each thing that was not checked.

    `used` are the kinds of the objects, `unknown` those of which it is not known whether they are served, and
    `of_nodes` is what nodes must have.
    """
    keys = sorted(set(used))
    if catalogue.index is None:
        if has_cluster:
            yield f"there are no schemas of the cluster of {environment}: {_fetched(environment)}"
        else:
            yield f"{environment} has no cluster, and so no schemas: check the environments that extend it"
    else:
        yield from _not_in_store(environment, catalogue, [key[0] for key in keys])
    if bare := [_named(key) for key in keys if checks.schema(key) is None]:
        yield f"fields of {enumerated(bare, limit=6)}: no schema"
    yield from (f"fields of {_named(key)}: {reason}" for key, reason in sorted(checks.unusable.items()))
    if ruled := [_named(key) for key in keys if (found := checks.schema(key)) and has_rules(found)]:
        yield f"CEL rules of {enumerated(ruled)}"
    if others := sorted({_named(key) for key in unknown}):
        yield f"whether the cluster serves {enumerated(others)}"
    if wanted := tuple(of_nodes):
        yield f"whether nodes have {enumerated(wanted)}"


def _fetched(environment: str) -> str:
    return (
        f"'dlctl env update {environment}' fetches them "
        f"(for CI: 'dlctl env update {environment} --schemas', and commit what it writes)"
    )


def _named(key: ApiKey) -> str:
    return f"{key[0]} {key[1]}"


def _not_in_store(
    environment: str, catalogue: SchemaCatalogue, api_versions: Collection[str]
) -> Iterator[str]:
    """The documents that the index names and the store does not have, or has damaged."""
    damaged = catalogue.damaged(api_versions)
    if damaged:
        yield f"damaged: {enumerated(damaged)}: {_fetched(environment)}"
    lost = [each for each in catalogue.lost(api_versions) if not catalogue.damaged([each])]
    if lost:
        missing = f"schemas of {enumerated(lost)} are neither in the app nor in the cache"
        yield f"{missing}: {_fetched(environment)}"
