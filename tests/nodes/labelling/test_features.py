"""matchExpressions over NodeFeature objects, as Node Feature Discovery evaluates them."""

from typing import Any

import pytest

from dlctl.nodes.labelling.expressions import Expression, Term
from dlctl.nodes.labelling.features import NODE_NAME, features_by_node
from dlctl.nodes.labelling.model import Features

FOUND = Features(
    elements={
        "cpu.cpuid": {"AVX512F": None, "AVX10_VERSION": "2"},
        "kernel.version": {"full": "5.15.0-91-generic", "major": "5", "minor": "15"},
        "memory.numa": {"is_numa": "true", "node_count": "2"},
    },
    instances={
        "pci.device": (
            {"vendor": "10de", "class": "0302"},
            {"vendor": "15b3", "class": "0207", "sriov_totalvfs": "16"},
        ),
        "usb.device": (),
    },
)


def fulfilled(feature: str, element: str, op: str, *values: str, type_: str = "") -> bool:
    return Term(feature, {element: Expression(op, values, type_)}).matches(FOUND)


@pytest.mark.parametrize(
    ("element", "op", "values", "matches"),
    [
        ("major", "In", ["4", "5"], True),
        ("major", "In", ["6"], False),
        ("major", "NotIn", ["6"], True),
        ("major", "NotIn", ["5"], False),
        ("missing", "NotIn", ["5"], False),
        ("missing", "In", ["5"], False),
        ("full", "InRegexp", ["^6", "generic$"], True),
        ("full", "InRegexp", ["^6"], False),
        ("full", "Exists", [], True),
        ("missing", "Exists", [], False),
        ("missing", "DoesNotExist", [], True),
        ("full", "DoesNotExist", [], False),
        ("minor", "Gt", ["14"], True),
        ("minor", "Gt", ["15"], False),
        ("minor", "Ge", ["15"], True),
        ("minor", "Lt", ["16"], True),
        ("minor", "Lt", ["15"], False),
        ("minor", "Le", ["15"], True),
        ("minor", "GtLt", ["14", "16"], True),
        ("minor", "GtLt", ["15", "16"], False),
        ("minor", "GeLe", ["15", "16"], True),
        ("minor", "Gt", ["9"], True),
        ("full", "Gt", ["1"], False),
        ("missing", "Gt", ["1"], False),
        ("full", "", [], True),
        ("missing", "", [], True),
    ],
)
def test_operators(element: str, op: str, values: list[str], matches: bool) -> None:
    assert fulfilled("kernel.version", element, op, *values) is matches


def test_truth() -> None:
    assert fulfilled("memory.numa", "is_numa", "IsTrue")
    assert not fulfilled("memory.numa", "is_numa", "IsFalse")
    assert not fulfilled("memory.numa", "node_count", "IsTrue")
    assert not fulfilled("memory.numa", "missing", "IsFalse")


@pytest.mark.parametrize(
    ("op", "values", "matches"),
    [
        ("Gt", ["5.4"], True),
        ("Lt", ["5.4"], False),
        ("Ge", ["5.15.0"], True),
        ("Le", ["v5.15"], True),
        ("GtLt", ["5.4", "6"], True),
    ],
)
def test_versions(op: str, values: list[str], matches: bool) -> None:
    assert fulfilled("kernel.version", "full", op, *values, type_="version") is matches


def test_flags_have_no_value() -> None:
    assert fulfilled("cpu.cpuid", "AVX512F", "Exists")
    assert fulfilled("cpu.cpuid", "AVX2", "DoesNotExist")
    assert not fulfilled("cpu.cpuid", "AVX512F", "In", "true")
    assert not fulfilled("cpu.cpuid", "AVX512F", "NotIn", "true")
    assert fulfilled("cpu.cpuid", "AVX10_VERSION", "Ge", "1")


def test_one_instance_fulfils_all_expressions() -> None:
    def pci(**expressions: Expression) -> bool:
        return Term("pci.device", expressions).matches(FOUND)

    nvidia, network = Expression("In", ("10de",)), Expression("In", ("0207",))
    assert pci(vendor=nvidia)
    assert pci(**{"class": network})
    assert not pci(vendor=nvidia, **{"class": network})
    assert pci()
    assert pci(sriov_totalvfs=Expression("DoesNotExist"))


def test_a_feature_that_is_absent_fulfils_nothing() -> None:
    assert not fulfilled("network.device", "name", "DoesNotExist")
    assert not fulfilled("usb.device", "vendor", "DoesNotExist")


def test_names_of_features_have_no_case_and_names_of_elements_can_be_matched() -> None:
    assert fulfilled("Kernel.Version", "major", "In", "5")
    assert Term("cpu.cpuid", {}, Expression("InRegexp", ("^AVX512",))).matches(FOUND)
    assert not Term("cpu.cpuid", {}, Expression("In", ("SVE",))).matches(FOUND)


def node_feature(name: str, node: str, namespace: str = "nfd", **features: Any) -> dict[str, Any]:
    labels = {NODE_NAME: node} if node else {}
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"features": features},
    }


def test_objects_of_a_node_are_joined_and_later_ones_win() -> None:
    def versions(value: str) -> dict[str, Any]:
        return {"kernel.version": {"elements": {"major": value, f"from-{value}": "x"}}}

    def devices(vendor: str) -> dict[str, Any]:
        return {"pci.device": {"elements": [{"attributes": {"vendor": vendor}}]}}

    found = features_by_node(
        [
            node_feature("a-more", "gpu-1", attributes=versions("6"), instances=devices("15b3")),
            node_feature("gpu-1", "gpu-1", attributes=versions("5"), instances=devices("10de")),
            node_feature("a-more", "gpu-1", "zz", attributes=versions("7")),
            node_feature("other", "gpu-2", flags={"Cpu.cpuid": {"elements": {"AVX2": {}}}}),
            node_feature("unlabeled", "", attributes=versions("9")),
        ]
    )
    assert set(found) == {"gpu-1", "gpu-2"}
    assert found["gpu-1"].elements["kernel.version"]["major"] == "7"
    assert set(found["gpu-1"].elements["kernel.version"]) == {"major", "from-5", "from-6", "from-7"}
    assert found["gpu-1"].instances["pci.device"] == ({"vendor": "10de"}, {"vendor": "15b3"})
    assert found["gpu-2"].elements == {"cpu.cpuid": {"AVX2": None}}
