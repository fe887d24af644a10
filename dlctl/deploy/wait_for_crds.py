"""Wait for applied CRDs, so that their kinds can be used."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.wait import Deadline, until, wait_ready
from dlctl.errors import DeployError, DlctlError, NotReady, UnknownKind
from dlctl.manifest import ApiKey, ObjectRef
from dlctl.plan.live.kinds import defined_by
from dlctl.plan.model import Step
from dlctl.plan.parallel import in_parallel
from dlctl.status import Status


class Served(Struct, frozen=True):
    """The kinds that are served now, and the CRDs that did not become ready."""

    resources: Mapping[ApiKey, Resource]
    failures: Mapping[ObjectRef, DlctlError]


def wait_for_kinds(
    cluster: Cluster, definitions: Iterable[Step], used: frozenset[ApiKey], options: DeployOptions
) -> Served:
    """Wait until each CRD is established, then look up those of its kinds that are `used`."""
    steps = list(definitions)
    answers = in_parallel(lambda step: _kinds_of(cluster, step, used, options), steps, options.threads)
    resources: dict[ApiKey, Resource] = {}
    failures: dict[ObjectRef, DlctlError] = {}
    for step, answer in zip(steps, answers, strict=True):
        if isinstance(answer, DlctlError):
            failures[step.ref] = answer
        else:
            resources.update(answer)
    return Served(resources, failures)


def _kinds_of(
    cluster: Cluster, step: Step, used: frozenset[ApiKey], options: DeployOptions
) -> Mapping[ApiKey, Resource] | DlctlError:
    deadline = Deadline(options)
    try:
        _wait_established(cluster, step, deadline)
        return {key: _resource(cluster, key, deadline) for key in sorted(used & kinds_of(step))}
    except DlctlError as error:
        return error


def _wait_established(cluster: Cluster, step: Step, deadline: Deadline) -> None:
    if step.resource is None:
        return
    verdict = wait_ready(cluster, step.resource, step.ref, deadline)
    if verdict.status is Status.FAILED:
        raise DeployError(f"{step.ref} was applied, but the API server rejected it: {verdict.message}")
    if verdict.status is not Status.CURRENT:
        raise NotReady(f"{step.ref} was applied, but was not established in time: {verdict.message}")


def kinds_of(step: Step) -> frozenset[ApiKey]:
    """The kinds that a CRD's step defines."""
    found = defined_by(step.manifest) if step.manifest is not None else ()
    return frozenset((resource.api_version, resource.kind) for resource in found)


def _resource(cluster: Cluster, key: ApiKey, deadline: Deadline) -> Resource:
    """The resource of a kind; discovery is updated later than the CRD's status."""
    return until(lambda: cluster.resource(*key), (UnknownKind,), deadline)
