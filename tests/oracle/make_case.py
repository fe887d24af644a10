"""A case by its number: the same number makes the same case."""

from hypothesis import strategies as st

from tests.oracle.case import WANTED, Body, Case, Sort
from tests.oracle.drawing import chance, drawn
from tests.oracle.make_limits import add_claim, add_ephemeral, add_limit_range, add_quota
from tests.oracle.make_nodes import make_nodes
from tests.oracle.make_running import make_running
from tests.oracle.make_spec import add_companions, make_spec

FILLS = (0.15, 0.9, 0.5)
"""Clusters with much room, with little, and those on which much is asked for, in turn."""


def make_case(index: int) -> Case:
    """The case with this number."""
    return drawn(cases(index), index)


@st.composite
def cases(draw: st.DrawFn, index: int) -> Case:
    """A cluster and what is wanted on it; the number gives its names, and how full the nodes are."""
    case = Case(index)
    make_nodes(draw, case)
    make_running(draw, case, FILLS[index % 3])
    large = index % 3 == 2 and chance(draw, 0.6)
    spec = make_spec(draw, case, large=large, gpus=chance(draw, 0.6), plain=index % 3 == 0)
    if chance(draw, 0.12):
        add_quota(draw, case, spec)
    if chance(draw, 0.1):
        add_limit_range(draw, case, spec)
    if chance(draw, 0.1):
        add_claim(draw, case, spec)
    elif chance(draw, 0.06):
        add_ephemeral(draw, case, spec)
    labels = {"app": draw(st.sampled_from("abc")), WANTED: "true"}
    if chance(draw, 0.4):
        labels["tier"] = draw(st.sampled_from("12"))
    add_companions(case, spec, labels)
    template = {"metadata": {"labels": labels}, "spec": spec}
    if chance(draw, 0.5):
        case.wanted = [_pod(case, template)]
        return case
    case.pods = draw(st.sampled_from((2, 2, 3, 4, 6)))
    draw(st.sampled_from((_pods, _deployment, _deployment, _job, _tf_job, _torch_job, _tf_gang)))(
        draw, case, template
    )
    return case


def _object(case: Case, version: str, kind: str, spec: Body, name: str = "wanted") -> Body:
    metadata = {"name": name, "namespace": case.namespace}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _pod(case: Case, template: Body, name: str = "wanted") -> Body:
    made = _object(case, "v1", "Pod", template["spec"], name)
    made["metadata"]["labels"] = template["metadata"]["labels"]
    return made


def _pods(draw: st.DrawFn, case: Case, template: Body) -> None:
    case.sort, case.apart = Sort.SET, True
    case.wanted = [_pod(case, template, f"wanted-{number}") for number in range(case.pods)]


def _deployment(draw: st.DrawFn, case: Case, template: Body) -> None:
    case.sort = Sort.SET
    selector = {"matchLabels": {WANTED: "true"}}
    spec = {"replicas": case.pods, "selector": selector, "template": template}
    case.wanted = [_object(case, "apps/v1", "Deployment", spec)]


def _job(draw: st.DrawFn, case: Case, template: Body) -> None:
    case.sort = Sort.JOB
    template["spec"]["restartPolicy"] = "Never"
    spec = {"parallelism": case.pods, "completions": case.pods, "template": template}
    case.wanted = [_object(case, "batch/v1", "Job", spec)]


def _tf_job(draw: st.DrawFn, case: Case, template: Body) -> None:
    case.sort = Sort.SET
    _name_container(template, "tensorflow")
    roles = {"Worker": {"replicas": case.pods, "template": template}}
    if chance(draw, 0.5):
        case.pods += 1
        main = {"name": "tensorflow", "image": "x", "resources": {"requests": {"cpu": "1"}}}
        server = {**template["spec"], "containers": [main]}
        roles["PS"] = {"replicas": 1, "template": {**template, "spec": server}}
    case.wanted = [_object(case, "kubeflow.org/v1", "TFJob", {"tfReplicaSpecs": roles})]


def _tf_gang(draw: st.DrawFn, case: Case, template: Body) -> None:
    _tf_job(draw, case, template)
    case.sort = Sort.GANG
    case.minimum = draw(st.sampled_from((case.pods, max(1, case.pods - 1))))
    policy = {"schedulingPolicy": {"minAvailable": case.minimum}}
    case.wanted[0]["spec"]["runPolicy"] = policy


def _torch_job(draw: st.DrawFn, case: Case, template: Body) -> None:
    case.sort = Sort.SET
    _name_container(template, "pytorch")
    roles = {
        "Master": {"replicas": 1, "template": template},
        "Worker": {"replicas": case.pods - 1, "template": template},
    }
    case.wanted = [_object(case, "kubeflow.org/v1", "PyTorchJob", {"pytorchReplicaSpecs": roles})]


def _name_container(template: Body, name: str) -> None:
    template["spec"]["containers"][0]["name"] = name
