"""The spec of wanted pods: resources and a few of the conditions that the scheduler filters by."""

from collections.abc import Callable
from random import Random

from dlctl.nodes.fit.terms import pod_terms
from tests.oracle.case import CASE, Body, Case
from tests.oracle.make_nodes import GPU, HOST, MAJOR, POOL, PRODUCT, RDMA, SHAPES, ZONE

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
EVERY = [{"operator": "Exists"}]
LABELS = [{"app": app, **({"tier": tier} if tier else {})} for app in "abc" for tier in ("", "1", "2")]
PRODUCTS = tuple(product for _, product in SHAPES if product)


def make_spec(random: Random, case: Case, *, large: bool, gpus: bool, plain: bool) -> Body:
    """A spec; `large` asks for more than most nodes have, and a `plain` one has fewer conditions."""
    spec: Body = {
        "containers": [_container(random, large=large, gpus=gpus)],
        "nodeSelector": {CASE: str(case.index)},
        "terminationGracePeriodSeconds": 0,
    }
    if gpus or random.random() < 0.3:
        spec["tolerations"] = [{"key": GPU, "operator": "Exists"}]
    for name, share, add in FEATURES:
        if random.random() < share * (0.4 if plain else 1):
            add(random, case, spec)
            case.features.add(name)
    return spec


def _container(random: Random, *, large: bool, gpus: bool) -> Body:
    requests: Body = {}
    if random.random() < 0.7:
        requests["cpu"] = random.choice(("14", "20", "9") if large else ("100m", "500m", "1", "2500m"))
    if random.random() < 0.4:
        requests["memory"] = random.choice(("40Gi", "70Gi") if large else ("100Mi", "1Gi", "3Gi"))
    resources: Body = {"requests": requests}
    if gpus:
        resources["limits"] = {GPU: str(random.choice((8, 9, 16) if large else (1, 2, 4, 8)))}
        if random.random() < 0.3:
            resources["limits"][RDMA] = "1"
    return {"name": "main", "image": "x", "resources": resources}


def _more_containers(random: Random, case: Case, spec: Body) -> None:
    spec["containers"].append({**_container(random, large=False, gpus=False), "name": "second"})


def _init_containers(random: Random, case: Case, spec: Body) -> None:
    made = {**_container(random, large=False, gpus=False), "name": "init"}
    if random.random() < 0.5:
        made["restartPolicy"] = "Always"
    second = {**_container(random, large=False, gpus=random.random() < 0.3), "name": "init2"}
    spec["initContainers"] = [made, second] if random.random() < 0.5 else [made]


def _overall(random: Random, case: Case, spec: Body) -> None:
    spec["resources"] = random.choice(
        (
            {"requests": {"cpu": "6"}},
            {"limits": {"cpu": "8", "memory": "20Gi"}},
            {"limits": {"memory": "30Gi"}},
        )
    )


def _ports(random: Random, case: Case, spec: Body) -> None:
    port: Body = {"containerPort": 80, "hostPort": random.choice((80, 81))}
    if random.random() < 0.3:
        port["hostIP"] = "10.0.0.1"
    spec["containers"][0]["ports"] = [port]
    if random.random() < 0.2:
        spec["hostNetwork"] = True
        port["hostPort"] = 80


def _selector(random: Random, case: Case, spec: Body) -> None:
    key, value = random.choice(
        (
            (POOL, case.local(random.choice("xyz"))),
            (PRODUCT, random.choice(PRODUCTS)),
            (ZONE, case.local("a")),
        )
    )
    spec["nodeSelector"][key] = value


def _tolerations(random: Random, case: Case, spec: Body) -> None:
    spec["tolerations"] = [
        random.choice(
            (
                {"operator": "Exists"},
                {"key": "team", "value": "a"},
                {"key": "team", "operator": "Exists", "effect": "NoExecute"},
                {"key": GPU, "value": "present", "effect": "NoSchedule"},
                {"key": GPU, "value": "absent"},
                {"key": "node.kubernetes.io/unschedulable", "operator": "Exists"},
            )
        )
    ]


def _node_affinity(random: Random, case: Case, spec: Body) -> None:
    terms = []
    for _ in range(random.choice((1, 1, 2))):
        term: Body = {"matchExpressions": [_expression(random, case)]}
        if random.random() < 0.15:
            name = case.local(f"n{random.randint(0, 5)}")
            operator = random.choice(("In", "NotIn"))
            term["matchFields"] = [{"key": "metadata.name", "operator": operator, "values": [name]}]
        terms.append(term)
    spec.setdefault("affinity", {})["nodeAffinity"] = {REQUIRED: {"nodeSelectorTerms": terms}}


def _expression(random: Random, case: Case) -> Body:
    key = random.choice((POOL, ZONE, MAJOR, PRODUCT, "nowhere"))
    operator = random.choice(("In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"))
    if operator in ("Gt", "Lt"):
        return {"key": MAJOR, "operator": operator, "values": [random.choice(("469", "500", "549", "600"))]}
    if operator in ("Exists", "DoesNotExist"):
        return {"key": key, "operator": operator}
    known = {
        POOL: [case.local("x"), case.local("y")],
        ZONE: [case.local("a"), case.local("b"), case.local("c")],
        MAJOR: ["470", "535"],
        PRODUCT: list(PRODUCTS),
    }.get(key, ["q"])
    return {"key": key, "operator": operator, "values": random.sample(known, random.randint(1, len(known)))}


def _pod_selector(random: Random) -> Body:
    return random.choice(
        (
            {"matchLabels": {"app": random.choice("abc")}},
            {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": random.sample("abc", 2)}]},
            {"matchExpressions": [{"key": "tier", "operator": random.choice(("Exists", "DoesNotExist"))}]},
            {},
        )
    )


def _term(random: Random, case: Case) -> Body:
    term: Body = {"topologyKey": random.choice((ZONE, HOST, POOL)), "labelSelector": _pod_selector(random)}
    if random.random() < 0.3:
        term["namespaceSelector"] = random.choice(
            ({}, {"matchLabels": {"kubernetes.io/metadata.name": case.namespace}})
        )
    if random.random() < 0.2:
        term[random.choice(("matchLabelKeys", "mismatchLabelKeys"))] = ["tier"]
    return term


def _near(random: Random, case: Case, spec: Body) -> None:
    spec.setdefault("affinity", {})["podAffinity"] = {REQUIRED: [_term(random, case)]}


def add_companions(case: Case, spec: Body, labels: Body) -> None:
    """For pods that want to be near others: one such pod on each node, once nothing else runs.

    It would get requests from a LimitRange, count in quotas, and keep others away: there none is made.
    """
    if "pod affinity" not in case.features:
        return
    if case.features & {"quota", "limit range", "pod anti-affinity", "topology spread"}:
        case.open = True
        return
    (term,) = pod_terms(spec["affinity"]["podAffinity"], case.namespace, labels)
    found = [each for each in LABELS if term.matches(case.namespace, each, {})]
    case.open = not found
    for node in case.nodes if found else ():
        name = node["metadata"]["name"]
        metadata = {"name": f"near-{name}", "namespace": case.namespace, "labels": found[0]}
        own = {"nodeName": name, "containers": [{"name": "main", "image": "x"}], "tolerations": EVERY}
        case.later.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": own})


def _apart(random: Random, case: Case, spec: Body) -> None:
    spec.setdefault("affinity", {})["podAntiAffinity"] = {REQUIRED: [_term(random, case)]}


def _spread(random: Random, case: Case, spec: Body) -> None:
    made: Body = {
        "maxSkew": random.choice((1, 2)),
        "topologyKey": random.choice((ZONE, HOST, POOL)),
        "whenUnsatisfiable": random.choice(("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway")),
    }
    if random.random() < 0.9:
        made["labelSelector"] = _pod_selector(random)
    if made["whenUnsatisfiable"] == "DoNotSchedule" and random.random() < 0.3:
        made["minDomains"] = random.choice((1, 2, 3, 4))
    for field in ("nodeTaintsPolicy", "nodeAffinityPolicy"):
        if random.random() < 0.3:
            made[field] = random.choice(("Honor", "Ignore"))
    if random.random() < 0.2 and "labelSelector" in made:
        made["labelSelector"] = {"matchLabels": {"app": random.choice("abc")}}
        made["matchLabelKeys"] = ["tier"]
    spec["topologySpreadConstraints"] = [made]


def _priority(random: Random, case: Case, spec: Body) -> None:
    spec["priorityClassName"] = random.choice(("oracle-low", "oracle-high", "oracle-patient"))


FEATURES: tuple[tuple[str, float, Callable[[Random, Case, Body], None]], ...] = (
    ("containers", 0.15, _more_containers),
    ("init containers", 0.2, _init_containers),
    ("pod resources", 0.08, _overall),
    ("host ports", 0.1, _ports),
    ("node selector", 0.15, _selector),
    ("tolerations", 0.12, _tolerations),
    ("node affinity", 0.2, _node_affinity),
    ("pod affinity", 0.1, _near),
    ("pod anti-affinity", 0.1, _apart),
    ("topology spread", 0.15, _spread),
    ("priority", 0.12, _priority),
)
