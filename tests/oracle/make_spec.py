"""The spec of wanted pods: resources and a few of the conditions that the scheduler filters by."""

from collections.abc import Callable

from hypothesis import strategies as st

from dlctl.nodes.fit.terms import pod_terms
from tests.oracle.case import CASE, Body, Case
from tests.oracle.drawing import chance
from tests.oracle.make_nodes import GPU, HOST, MAJOR, POOL, PRODUCT, RDMA, SHAPES, ZONE

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
EVERY = [{"operator": "Exists"}]
LABELS = [{"app": app, **({"tier": tier} if tier else {})} for app in "abc" for tier in ("", "1", "2")]
PRODUCTS = tuple(product for _, product in SHAPES if product)


def make_spec(draw: st.DrawFn, case: Case, *, large: bool, gpus: bool, plain: bool) -> Body:
    """A spec; `large` asks for more than most nodes have, and a `plain` one has fewer conditions."""
    spec: Body = {
        "containers": [_container(draw, large=large, gpus=gpus)],
        "nodeSelector": {CASE: str(case.index)},
        "terminationGracePeriodSeconds": 0,
    }
    if gpus or chance(draw, 0.3):
        spec["tolerations"] = [{"key": GPU, "operator": "Exists"}]
    for name, share, add in FEATURES:
        if chance(draw, share * (0.4 if plain else 1)):
            add(draw, case, spec)
            case.features.add(name)
    return spec


def _container(draw: st.DrawFn, *, large: bool, gpus: bool) -> Body:
    requests: Body = {}
    if chance(draw, 0.7):
        requests["cpu"] = draw(
            st.sampled_from(("14", "20", "9") if large else ("100m", "500m", "1", "2500m"))
        )
    if chance(draw, 0.4):
        requests["memory"] = draw(st.sampled_from(("40Gi", "70Gi") if large else ("100Mi", "1Gi", "3Gi")))
    resources: Body = {"requests": requests}
    if gpus:
        resources["limits"] = {GPU: str(draw(st.sampled_from((8, 9, 16) if large else (1, 2, 4, 8))))}
        if chance(draw, 0.3):
            resources["limits"][RDMA] = "1"
    return {"name": "main", "image": "x", "resources": resources}


def _more_containers(draw: st.DrawFn, case: Case, spec: Body) -> None:
    spec["containers"].append({**_container(draw, large=False, gpus=False), "name": "second"})


def _init_containers(draw: st.DrawFn, case: Case, spec: Body) -> None:
    made = {**_container(draw, large=False, gpus=False), "name": "init"}
    if chance(draw, 0.5):
        made["restartPolicy"] = "Always"
    second = {**_container(draw, large=False, gpus=chance(draw, 0.3)), "name": "init2"}
    spec["initContainers"] = [made, second] if chance(draw, 0.5) else [made]


def _overall(draw: st.DrawFn, case: Case, spec: Body) -> None:
    spec["resources"] = draw(
        st.sampled_from(
            (
                {"requests": {"cpu": "6"}},
                {"limits": {"cpu": "8", "memory": "20Gi"}},
                {"limits": {"memory": "30Gi"}},
            )
        )
    )


def _ports(draw: st.DrawFn, case: Case, spec: Body) -> None:
    port: Body = {"containerPort": 80, "hostPort": draw(st.sampled_from((80, 81)))}
    if chance(draw, 0.3):
        port["hostIP"] = "10.0.0.1"
    spec["containers"][0]["ports"] = [port]
    if chance(draw, 0.2):
        spec["hostNetwork"] = True
        port["hostPort"] = 80


def _selector(draw: st.DrawFn, case: Case, spec: Body) -> None:
    key, value = draw(
        st.sampled_from(
            (
                (POOL, case.local(draw(st.sampled_from("xyz")))),
                (PRODUCT, draw(st.sampled_from(PRODUCTS))),
                (ZONE, case.local("a")),
            )
        )
    )
    spec["nodeSelector"][key] = value


def _tolerations(draw: st.DrawFn, case: Case, spec: Body) -> None:
    spec["tolerations"] = [
        draw(
            st.sampled_from(
                (
                    {"operator": "Exists"},
                    {"key": "team", "value": "a"},
                    {"key": "team", "operator": "Exists", "effect": "NoExecute"},
                    {"key": GPU, "value": "present", "effect": "NoSchedule"},
                    {"key": GPU, "value": "absent"},
                    {"key": "node.kubernetes.io/unschedulable", "operator": "Exists"},
                )
            )
        )
    ]


def _node_affinity(draw: st.DrawFn, case: Case, spec: Body) -> None:
    terms = []
    for _ in range(draw(st.sampled_from((1, 1, 2)))):
        term: Body = {"matchExpressions": [_expression(draw, case)]}
        if chance(draw, 0.15):
            name = case.local(f"n{draw(st.integers(0, 5))}")
            operator = draw(st.sampled_from(("In", "NotIn")))
            term["matchFields"] = [{"key": "metadata.name", "operator": operator, "values": [name]}]
        terms.append(term)
    spec.setdefault("affinity", {})["nodeAffinity"] = {REQUIRED: {"nodeSelectorTerms": terms}}


def _expression(draw: st.DrawFn, case: Case) -> Body:
    key = draw(st.sampled_from((POOL, ZONE, MAJOR, PRODUCT, "nowhere")))
    operator = draw(st.sampled_from(("In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")))
    if operator in ("Gt", "Lt"):
        return {
            "key": MAJOR,
            "operator": operator,
            "values": [draw(st.sampled_from(("469", "500", "549", "600")))],
        }
    if operator in ("Exists", "DoesNotExist"):
        return {"key": key, "operator": operator}
    known = {
        POOL: [case.local("x"), case.local("y")],
        ZONE: [case.local("a"), case.local("b"), case.local("c")],
        MAJOR: ["470", "535"],
        PRODUCT: list(PRODUCTS),
    }.get(key, ["q"])
    return {
        "key": key,
        "operator": operator,
        "values": draw(st.permutations(known))[: draw(st.integers(1, len(known)))],
    }


def _pod_selector(draw: st.DrawFn) -> Body:
    return draw(
        st.sampled_from(
            (
                {"matchLabels": {"app": draw(st.sampled_from("abc"))}},
                {
                    "matchExpressions": [
                        {"key": "app", "operator": "NotIn", "values": draw(st.permutations("abc"))[:2]}
                    ]
                },
                {
                    "matchExpressions": [
                        {"key": "tier", "operator": draw(st.sampled_from(("Exists", "DoesNotExist")))}
                    ]
                },
                {},
            )
        )
    )


def _term(draw: st.DrawFn, case: Case) -> Body:
    term: Body = {
        "topologyKey": draw(st.sampled_from((ZONE, HOST, POOL))),
        "labelSelector": _pod_selector(draw),
    }
    if chance(draw, 0.3):
        term["namespaceSelector"] = draw(
            st.sampled_from(({}, {"matchLabels": {"kubernetes.io/metadata.name": case.namespace}}))
        )
    if chance(draw, 0.2):
        term[draw(st.sampled_from(("matchLabelKeys", "mismatchLabelKeys")))] = ["tier"]
    return term


def _near(draw: st.DrawFn, case: Case, spec: Body) -> None:
    spec.setdefault("affinity", {})["podAffinity"] = {REQUIRED: [_term(draw, case)]}


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


def _apart(draw: st.DrawFn, case: Case, spec: Body) -> None:
    spec.setdefault("affinity", {})["podAntiAffinity"] = {REQUIRED: [_term(draw, case)]}


def _spread(draw: st.DrawFn, case: Case, spec: Body) -> None:
    made: Body = {
        "maxSkew": draw(st.sampled_from((1, 2))),
        "topologyKey": draw(st.sampled_from((ZONE, HOST, POOL))),
        "whenUnsatisfiable": draw(st.sampled_from(("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"))),
    }
    if chance(draw, 0.9):
        made["labelSelector"] = _pod_selector(draw)
    if made["whenUnsatisfiable"] == "DoNotSchedule" and chance(draw, 0.3):
        made["minDomains"] = draw(st.sampled_from((1, 2, 3, 4)))
    for field in ("nodeTaintsPolicy", "nodeAffinityPolicy"):
        if chance(draw, 0.3):
            made[field] = draw(st.sampled_from(("Honor", "Ignore")))
    if chance(draw, 0.2) and "labelSelector" in made:
        made["labelSelector"] = {"matchLabels": {"app": draw(st.sampled_from("abc"))}}
        made["matchLabelKeys"] = ["tier"]
    spec["topologySpreadConstraints"] = [made]


def _priority(draw: st.DrawFn, case: Case, spec: Body) -> None:
    spec["priorityClassName"] = draw(st.sampled_from(("oracle-low", "oracle-high", "oracle-patient")))


FEATURES: tuple[tuple[str, float, Callable[[st.DrawFn, Case, Body], None]], ...] = (
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
