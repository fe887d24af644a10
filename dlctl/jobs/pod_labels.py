"""The labels of the pods of a job: not enough to know its pods by, but enough to ask for few others."""

from dlctl.jobs.labelled import RAY_JOB, labels_of_pods
from dlctl.labels import selector_of
from dlctl.manifest import JsonObject, ref_of
from dlctl.plan.live.pending import pod_selector
from dlctl.status.readiness import Rules


def pod_labels(body: JsonObject, rules: Rules) -> str:
    """A label selector; empty where the pods of a kind have no label with the name of their job.

    Raises RegistryError for data that is not valid.
    """
    ref = ref_of(body)
    if ref.group_kind == RAY_JOB:
        return ""
    if labels := labels_of_pods(body, rules):
        return selector_of(labels)
    return pod_selector(ref, rules)
