"""Find the causes of objects that are not ready."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.cause import Cause
from dlctl.deploy.why.by_cause import by_cause, newest_first
from dlctl.deploy.why.held import HELD, held_by_gang, held_by_queue, queue_name
from dlctl.deploy.why.holders import Holders
from dlctl.deploy.why.involved import involved, last_time
from dlctl.deploy.why.lost_node import Nodes
from dlctl.deploy.why.not_made import not_made
from dlctl.deploy.why.pod_cause import PodCause, pod_cause
from dlctl.deploy.why.reading import end_of_log, list_pods, list_warnings, warnings_about
from dlctl.errors import ClusterError
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.live.pending import pod_selector
from dlctl.status import Phase, Rules
from dlctl.status.model import condition, mapping_at, text_at, time_of, value_at
from dlctl.status.readiness import Layer
from dlctl.status.run import POD

MOST = 10
"""The most objects that are explained."""

Pods = tuple[JsonObject, ...]


class _Reads(Struct, frozen=True):
    """What is read of a cluster: some of it once for all objects."""

    cluster: Cluster
    rules: Rules
    holders: Holders
    nodes: Nodes


def explain(
    cluster: Cluster, unready: Iterable[ObjectStatus], manifests: Iterable[Manifest], rules: Rules
) -> tuple[Cause, ...]:
    """The causes of each object, the first ones of many. What cannot be read explains nothing."""
    by_ref = {manifest.ref: manifest for manifest in manifests}
    reads = _Reads(cluster, rules, Holders(cluster, rules), Nodes(cluster))
    warnings: dict[str, Pods] = {}
    found: list[Cause] = []
    for status in tuple(unready)[:MOST]:
        manifest = by_ref.get(status.ref)
        if manifest is None:
            continue
        namespace = status.ref.namespace
        if namespace not in warnings:
            warnings[namespace] = list_warnings(cluster, namespace)
        found += _causes(reads, status, manifest, warnings[namespace])
    return tuple(found)


def _causes(reads: _Reads, status: ObjectStatus, manifest: Manifest, warnings: Pods) -> Iterator[Cause]:
    pods = pods_of(reads.cluster, manifest, reads.rules)
    held = status.verdict.phase in HELD
    live = (_live(reads.cluster, manifest) or {}) if held or warnings else {}
    lines = warnings_about(warnings, involved(manifest.ref, live, pods))
    waits = _held(reads, status, live, pods) if held and live else ()
    causes = [*waits, *_by_pods(reads, status, pods)]
    if not causes and status.verdict.phase is Phase.SUSPENDED:
        return  # it has no pods because of that, whatever was refused before
    if not causes and (found := not_made(manifest.ref, live, pods, warnings)):
        causes = [Cause(status.ref, found.layer, found.text)]
    if causes:
        yield from (_with_events(cause, lines if index == 0 else ()) for index, cause in enumerate(causes))
    elif lines := warnings_about(_still_true(warnings, pods), involved(manifest.ref, live, pods)):
        yield Cause(status.ref, "object", lines[-1], events=lines[:-1])


def _still_true(warnings: Pods, pods: Pods) -> Pods:
    """The warnings since all pods work: earlier ones are of what has passed. All where there are no pods.

    A probe that failed may fail again: the pods of an object that flaps work now and then.
    """
    times = (time_of(text_at(condition(pod, "Ready"), "lastTransitionTime")) for pod in pods)
    since = max(filter(None, times), default=None)
    return tuple(
        each for each in warnings if since is None or _is_of_a_probe(each) or not _is_until(each, since)
    )


def _is_of_a_probe(warning: JsonObject) -> bool:
    return text_at(warning, "reason") == "Unhealthy"


def _is_until(warning: JsonObject, since: datetime) -> bool:
    seen = time_of(last_time(warning))  # it may have parts of seconds, which a condition has not
    return seen is not None and seen.replace(microsecond=0) <= since


def _with_events(cause: Cause, lines: tuple[str, ...]) -> Cause:
    return Cause(cause.ref, cause.layer, cause.text, cause.pods, lines, cause.log)


def pods_of(cluster: Cluster, manifest: Manifest, rules: Rules) -> Pods:
    """The pods of an object: by its selector, or by the labels that its controller gives them."""
    ref = manifest.ref
    if ref.group_kind == POD:
        found = list_pods(cluster, ref.namespace, "")
        return tuple(pod for pod in found if text_at(pod, "metadata", "name") == ref.name)
    selector = pod_selector(ref, rules)
    if selector:
        return list_pods(cluster, ref.namespace, selector)
    wanted = mapping_at(manifest.body, "spec", "selector", "matchLabels")
    if not wanted or value_at(manifest.body, "spec", "template") is None:
        return ()
    return list_pods(cluster, ref.namespace, ",".join(f"{key}={value}" for key, value in wanted.items()))


def _held(reads: _Reads, status: ObjectStatus, live: JsonObject, pods: Pods) -> Iterator[Cause]:
    """What holds a job: what a queue or a gang scheduler made for it."""
    queued, gangs = reads.holders.of(live, Layer.QUEUE), reads.holders.of(live, Layer.GANG)
    queue = queue_name(live, queued, gangs, reads.rules)
    for text in held_by_queue(queue, queued, reads.rules):
        yield Cause(status.ref, "queue", text)
    for kind in reads.holders.missing(live):
        made = f"{kind.operator or 'its controller'} created no {kind.kind.kind} for this {status.ref.kind}"
        yield Cause(status.ref, "queue", f"queue {queue}: {made}")
    for text in held_by_gang(gangs, pods, reads.rules):
        yield Cause(status.ref, "gang", text)


def _live(cluster: Cluster, manifest: Manifest) -> JsonObject | None:
    """The object as it is; None where it cannot be read. A body that has a UID was read before."""
    if text_at(manifest.body, "metadata", "uid"):
        return manifest.body
    try:
        resource = cluster.resource(*manifest.api_key)
        return cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except ClusterError:
        return None


def _by_pods(reads: _Reads, status: ObjectStatus, pods: Pods) -> Iterator[Cause]:
    """One cause for each way in which pods of a role do not work, that of the most pods first.

    Those of a Deployment's newest ReplicaSet come before all others.
    """

    def cause_of(pod: JsonObject) -> PodCause | None:
        found = pod_cause(pod)
        return (reads.nodes.cause(pod) or found) if found is not None and found.layer == "pod" else found

    for group in newest_first(by_cause(pods, reads.rules.role_labels, cause_of), pods):
        names = tuple(sorted(text_at(pod, "metadata", "name") for pod in group.pods))
        log = _log(reads.cluster, group.pods[0], group.cause)
        text = f"{group.counts}: {group.cause.text}"
        yield Cause(status.ref, group.cause.layer, text, names, log=log)


def _log(cluster: Cluster, pod: Mapping[str, object], cause: PodCause) -> tuple[str, ...]:
    if not cause.container:
        return ()
    return end_of_log(cluster, pod, cause.container, restarted=cause.restarted)
