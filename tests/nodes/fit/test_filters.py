"""Each rule that can keep a pod from a node, as kube-scheduler has it."""

from typing import Any

import pytest

from tests.nodes.fit.objects import (
    FITS,
    GPU,
    HOST,
    NEVER,
    WAITS,
    ZONE,
    Body,
    container,
    node,
    pod,
    spec,
    texts,
    verdict,
    want,
)


def affinity(*terms: Body) -> Body:
    required = {"nodeSelectorTerms": list(terms)}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


def where(key: str, operator: str, *values: str) -> Body:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def named(operator: str, *values: str) -> Body:
    return {"matchFields": [{"key": "metadata.name", "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"nodeSelector": {"pool": "a"}}, FITS),
        ({"nodeSelector": {"pool": "b"}}, NEVER),
        ({"nodeSelector": {"pool": "a", "disk": "ssd"}}, NEVER),
        ({"nodeName": "n1"}, FITS),
        ({"nodeName": "n2"}, NEVER),
        (affinity(where("pool", "In", "x", "a")), FITS),
        (affinity(where("pool", "In", "x")), NEVER),
        (affinity(where("pool", "NotIn", "x")), FITS),
        (affinity(where("missing", "NotIn", "x")), FITS),
        (affinity(where("pool", "Exists")), FITS),
        (affinity(where("missing", "Exists")), NEVER),
        (affinity(where("missing", "DoesNotExist")), FITS),
        (affinity(where("major", "Gt", "7")), FITS),
        (affinity(where("major", "Gt", "8")), NEVER),
        (affinity(where("major", "Lt", "9")), FITS),
        (affinity(where("major", "Lt", "8")), NEVER),
        (affinity(where("pool", "Gt", "8")), NEVER),
        (affinity(where("missing", "Lt", "8")), NEVER),
        (affinity(where("pool", "In", "x"), where("major", "In", "8")), FITS),
        (affinity(named("In", "n1")), FITS),
        (affinity(named("In", "n2")), NEVER),
        (affinity(named("NotIn", "n1")), NEVER),
        (affinity(named("In", "n1") | where("pool", "In", "x")), NEVER),
        (affinity({}), NEVER),
        (affinity(), NEVER),
        ({"nodeSelector": {"pool": "a"}, **affinity(where("pool", "In", "x"))}, NEVER),
    ],
)
def test_node_affinity(wanted: Body, expected: Any) -> None:
    found = verdict([node(labels={"pool": "a", "major": "8"})], [], want(spec(**wanted)))
    assert found.verdict is expected


TAINT = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
READY = "node.kubernetes.io/not-ready"


@pytest.mark.parametrize(
    ("taint", "tolerations", "expected"),
    [
        (TAINT, [], NEVER),
        (TAINT, [{"key": "gpu", "operator": "Exists"}], FITS),
        (TAINT, [{"key": "gpu", "value": "yes"}], FITS),
        (TAINT, [{"key": "gpu", "operator": "Equal", "value": "no"}], NEVER),
        (TAINT, [{"key": "gpu", "operator": "Exists", "effect": "NoExecute"}], NEVER),
        (TAINT, [{"operator": "Exists"}], FITS),
        (TAINT, [{"key": "gpu", "operator": "Gt", "value": "1"}], NEVER),
        ({**TAINT, "effect": "PreferNoSchedule"}, [], FITS),
        ({**TAINT, "effect": "NoExecute"}, [], NEVER),
        ({"key": "gpu", "effect": "NoSchedule"}, [{"key": "gpu"}], FITS),
        ({"key": READY, "effect": "NoSchedule"}, [], WAITS),
        ({"key": READY, "effect": "NoExecute"}, [], FITS),
        ({"key": READY, "effect": "NoExecute"}, [{"key": READY, "effect": "NoExecute", "value": "x"}], WAITS),
    ],
)
def test_taints(taint: Body, tolerations: list[Body], expected: Any) -> None:
    found = verdict([node(taints=[taint])], [], want(spec(tolerations=tolerations)))
    assert found.verdict is expected


def test_a_cordoned_node_takes_only_what_tolerates_that() -> None:
    assert verdict([node(cordoned=True)], [], want()).verdict is WAITS
    tolerations = [{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}]
    assert verdict([node(cordoned=True)], [], want(spec(tolerations=tolerations))).verdict is FITS


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        ({"gpu": 8}, {}, FITS),
        ({"gpu": 9}, {}, NEVER),
        ({"gpu": 4}, {"gpu": 4}, FITS),
        ({"gpu": 5}, {"gpu": 4}, WAITS),
        ({"cpu": 8}, {}, FITS),
        ({"cpu": "8001m"}, {}, NEVER),
        ({"cpu": "7501m"}, {"cpu": "500m"}, WAITS),
        ({"memory": "32Gi"}, {}, FITS),
        ({"memory": "1"}, {"memory": "32Gi"}, WAITS),
        ({"rdma__hca": 1}, {}, NEVER),
        ({"ephemeral-storage": "1Gi"}, {}, NEVER),
        ({"gpu": 0}, {"gpu": 8}, FITS),
    ],
)
def test_resources(asked: Body, held: Body, expected: Any) -> None:
    found = verdict([node(gpu=8)], [pod("n1", container(**held))], want(spec(container(**asked))))
    assert found.verdict is expected


def test_who_holds_what_is_lacking() -> None:
    pods = [pod("n1", container(gpu=6), owner=("Job", "bert")), pod("n1", container(gpu=2), name="eval")]
    found = verdict([node(gpu=8), node("n2")], pods, want(spec(container(gpu=4))))
    assert [(each.name, each.amount // 1000) for each in found.holders] == [("ml/bert", 6), ("ml/eval", 2)]
    assert texts(found) == [f"1 resource: {GPU} is held", f"1 resource: has no {GPU}"]
    assert found.reasons[0].field == f"spec.containers[0].resources.requests[{GPU}]"


@pytest.mark.parametrize(
    ("more", "taken"),
    [
        ({"initContainers": [container(gpu=8)]}, 8),
        ({"initContainers": [{**container(gpu=1), "restartPolicy": "Always"}, container(gpu=4)]}, 5),
        ({"initContainers": [container(gpu=4), {**container(gpu=1), "restartPolicy": "Always"}]}, 4),
        ({"initContainers": [{**container(gpu=2), "restartPolicy": "Always"}]}, 4),
    ],
)
def test_init_containers_and_sidecars(more: Body, taken: int) -> None:
    """The vectors of component-helpers' PodRequests, by the smallest node that takes the pod."""
    wanted = want(spec(container(gpu=2), **more))
    assert verdict([node(gpu=taken)], [], wanted).verdict is FITS
    assert verdict([node(gpu=taken - 1)], [], wanted).verdict is NEVER


@pytest.mark.parametrize(
    ("body", "cpu"),
    [
        (spec({"name": "a", "resources": {"limits": {"cpu": "2"}}}), 2),
        (spec(container(cpu=1), resources={"requests": {"cpu": "3"}}), 3),
        (spec(container(cpu=1), resources={"limits": {"cpu": "3"}}), 1),
        (spec(container(), resources={"limits": {"cpu": "3"}}), 3),
        (spec(container(cpu=1), overhead={"cpu": "1"}), 2),
        (spec(container(cpu=1), resources={"requests": {"cpu": "3"}}, overhead={"cpu": "1"}), 4),
    ],
)
def test_limits_pod_level_resources_and_overhead(body: Body, cpu: int) -> None:
    assert verdict([node(cpu=cpu)], [], want(body)).verdict is FITS
    assert verdict([node(cpu=f"{cpu * 1000 - 1}m")], [], want(body)).verdict is NEVER


def test_the_number_of_pods_counts() -> None:
    pods = [pod(name=f"p{n}") for n in range(2)]
    assert verdict([node(pods=2)], pods, want()).verdict is WAITS
    assert verdict([node(pods=3)], pods, want()).verdict is FITS
    assert verdict([node(pods=0)], [], want()).verdict is NEVER
    ended = pod(name="old", phase="Succeeded")
    assert verdict([node(pods=3)], [*pods, ended], want()).verdict is FITS


def ports(number: int, **more: Any) -> Body:
    return spec({"name": "a", "ports": [{"containerPort": 80, "hostPort": number, **more}]})


@pytest.mark.parametrize(
    ("taken", "wanted", "expected"),
    [
        (ports(80), ports(80), WAITS),
        (ports(80), ports(81), FITS),
        (ports(80), ports(80, protocol="UDP"), FITS),
        (ports(80, hostIP="10.0.0.1"), ports(80, hostIP="10.0.0.2"), FITS),
        (ports(80, hostIP="10.0.0.1"), ports(80, hostIP="10.0.0.1"), WAITS),
        (ports(80, hostIP="10.0.0.1"), ports(80), WAITS),
        (ports(80), ports(80, hostIP="10.0.0.1"), WAITS),
        (ports(80), spec({"name": "a", "ports": [{"containerPort": 80}]}, hostNetwork=True), WAITS),
    ],
)
def test_host_ports(taken: Body, wanted: Body, expected: Any) -> None:
    live = pod()
    live["spec"] |= taken
    assert verdict([node()], [live], want(wanted)).verdict is expected


def test_pods_of_one_host_port_need_a_node_each() -> None:
    assert verdict([node(), node("n2")], [], want(ports(80), 2)).on == (("n1", 1), ("n2", 1))
    assert verdict([node()], [], want(ports(80), 2)).verdict is NEVER


APP = {"app": "web"}


def spread(key: str = ZONE, **more: Any) -> Body:
    constraint = {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": APP},
    }
    return spec(container(cpu=1), topologySpreadConstraints=[{**constraint, **more}])


def zones(**more: Any) -> list[Body]:
    return [node("a1", labels={ZONE: "a"}), node("b1", labels={ZONE: "b"}, **more)]


@pytest.mark.parametrize(
    ("constraint", "nodes", "expected"),
    [
        (spread(), zones(), FITS),
        (spread(), zones(cpu=0), WAITS),
        (spread(maxSkew=2), zones(cpu=0), FITS),
        (spread(whenUnsatisfiable="ScheduleAnyway"), zones(cpu=0), FITS),
        (spread(), zones(cpu=0, taints=[TAINT]), WAITS),
        (spread(nodeTaintsPolicy="Honor"), zones(cpu=0, taints=[TAINT]), FITS),
        (spread("rack"), zones(), NEVER),
        (spread(minDomains=3), zones(), FITS),
        (spread(labelSelector={}), zones(cpu=0), FITS),
    ],
)
def test_topology_spread_over_zones_of_which_one_has_a_pod(
    constraint: Body, nodes: list[Body], expected: Any
) -> None:
    there = pod("a1", container(), labels=APP)
    assert verdict(nodes, [there], want(constraint, labels=APP)).verdict is expected


def test_node_affinity_takes_domains_out_of_the_spread() -> None:
    pinned = {**spread(), "nodeSelector": {ZONE: "a"}}
    there = pod("a1", container(), labels=APP)
    assert verdict(zones(), [there], want(pinned, labels=APP)).verdict is FITS
    ignoring = {**spread(nodeAffinityPolicy="Ignore"), "nodeSelector": {ZONE: "a"}}
    assert verdict(zones(), [there], want(ignoring, labels=APP)).verdict is WAITS


def test_min_domains_makes_the_minimum_zero() -> None:
    pods = [pod(name, container(), name=name, labels=APP) for name in ("a1", "b1")]
    assert verdict(zones(), pods, want(spread(), labels=APP)).verdict is FITS
    assert verdict(zones(), pods, want(spread(minDomains=3), labels=APP)).verdict is WAITS


def test_terminating_pods_and_other_namespaces_do_not_count_for_the_spread() -> None:
    nodes = zones(cpu=0)
    leaving = pod("a1", container(), labels=APP, terminating=True)
    other = pod("a1", container(), labels=APP, namespace="other")
    assert verdict(nodes, [leaving, other], want(spread(), labels=APP)).verdict is FITS


def test_match_label_keys_count_the_pods_of_one_revision() -> None:
    old = pod("a1", container(), labels={**APP, "pod-template-hash": "old"})
    body = spread(matchLabelKeys=["pod-template-hash"])
    assert verdict(zones(cpu=0), [old], want(body, labels=APP, kind="Deployment")).verdict is FITS


def test_pods_are_spread_while_they_are_placed() -> None:
    found = verdict(zones(), [], want(spread(), 4, labels=APP))
    assert found.on == (("a1", 2), ("b1", 2))


def near(kind: str, key: str = ZONE, match: Body | None = None, **more: Any) -> Body:
    term = {"topologyKey": key, "labelSelector": {"matchLabels": match or APP}, **more}
    return spec(container(cpu=1), affinity={kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (near("podAffinity"), FITS),
        (near("podAffinity", HOST), FITS),
        (near("podAffinity", "rack"), NEVER),
        (near("podAffinity", match={"app": "db"}), WAITS),
        (near("podAffinity", namespaces=["other"]), WAITS),
        (near("podAffinity", namespaceSelector={}), FITS),
        (near("podAffinity", namespaceSelector={"matchLabels": {"team": "a"}}), FITS),
        (near("podAffinity", namespaceSelector={"matchLabels": {"team": "b"}}), WAITS),
        (near("podAntiAffinity"), FITS),
        (near("podAntiAffinity", "all"), WAITS),
        (near("podAntiAffinity", "all", namespaces=["other"]), FITS),
        (near("podAntiAffinity", "rack"), FITS),
    ],
)
def test_pod_affinity_to_a_pod_in_one_zone(body: Body, expected: Any) -> None:
    nodes = [node("a1", labels={ZONE: "a", "all": "1"}), node("b1", labels={ZONE: "b", "all": "1"})]
    there = pod("a1", container(), labels=APP)
    found = verdict(nodes, [there], want(body), namespaces={"ml": {"team": "a"}})
    assert found.verdict is expected
    if expected is FITS and "podAffinity" in body["affinity"]:
        assert found.on == (("a1", 1),)


def test_anti_affinity_of_a_pod_that_is_there_holds_for_new_ones() -> None:
    anti = near("podAntiAffinity", HOST, match={"app": "new"})
    shy = pod("n1", labels=APP, affinity=anti["affinity"])
    assert verdict([node()], [shy], want(labels={"app": "new"})).verdict is WAITS
    assert verdict([node()], [shy], want(labels={"app": "other"})).verdict is FITS
    assert verdict([node()], [shy], want(labels={"app": "new"}, namespace="other")).verdict is FITS


def test_the_first_of_pods_that_want_each_other_may_go_anywhere_and_the_rest_follow() -> None:
    body = near("podAffinity")
    assert verdict(zones(), [], want(body)).verdict is WAITS
    nodes = [node("a1", labels={ZONE: "a"}, cpu=2), node("b1", labels={ZONE: "b"}, cpu=3)]
    assert verdict(nodes, [], want(body, 3, labels=APP)).on == (("b1", 3),)
    assert verdict(nodes, [], want(body, 4, labels=APP)).verdict is NEVER


def test_pods_that_avoid_each_other_need_a_node_each() -> None:
    body = near("podAntiAffinity", HOST)
    nodes = [node(f"n{n}") for n in range(3)]
    assert verdict(nodes, [], want(body, 3, labels=APP)).verdict is FITS
    assert verdict(nodes, [], want(body, 4, labels=APP)).verdict is NEVER
    taken = pod("n0", labels=APP)
    assert verdict(nodes, [taken], want(body, 3, labels=APP)).verdict is WAITS
