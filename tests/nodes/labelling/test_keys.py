"""Keys and values that the API server accepts."""

import pytest

from dlctl.nodes.labelling.keys import is_reserved, key_problem, value_problem


@pytest.mark.parametrize(
    "key", ["a", "A.b_c-1", "example.com/x", "a" * 63, f"{'a' * 253}/x", "node-role.kubernetes.io/gpu"]
)
def test_keys(key: str) -> None:
    assert key_problem(key) == ""


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a/",
        "/a",
        "a/b/c",
        "-a",
        "a-",
        "a b",
        "a" * 64,
        f"{'a' * 254}/x",
        "Example.com/x",
        "x_y.com/a",
        "a\n",
    ],
)
def test_no_keys(key: str) -> None:
    assert key_problem(key)


@pytest.mark.parametrize("value", ["", "a", "1.2_3-x", "b" * 63])
def test_values(value: str) -> None:
    assert value_problem(value) == ""


@pytest.mark.parametrize("value", ["-a", "a b", "a/b", "é", "b" * 64, "a\n", " "])
def test_no_values(value: str) -> None:
    assert value_problem(value)


@pytest.mark.parametrize(
    ("key", "reserved"),
    [
        ("kubernetes.io/x", True),
        ("node.kubernetes.io/x", True),
        ("k8s.io/x", True),
        ("resource.k8s.io/x", True),
        ("node-role.kubernetes.io/gpu", False),
        ("topology.kubernetes.io/rack", False),
        ("feature.node.kubernetes.io/x", False),
        ("vendor.feature.node.kubernetes.io/x", False),
        ("notkubernetes.io/x", False),
        ("x", False),
    ],
)
def test_domains_of_kubernetes_itself(key: str, reserved: bool) -> None:
    assert is_reserved(key) is reserved
