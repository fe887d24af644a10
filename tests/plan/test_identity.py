"""Is this the cluster that the environment means?"""

import pytest

from dlctl.cluster.protocol import Identity
from dlctl.errors import PlanError
from dlctl.plan.identity import check_identity, is_loopback

SERVER = "https://10.0.0.1:6443"
ACTUAL = Identity("uid-1", SERVER)
WEAK = Identity("weak:abc", SERVER, weak=True)


def test_pinned_cluster_needs_no_note() -> None:
    assert check_identity("gke", "uid-1", ACTUAL, writing=True) == ()


def test_another_cluster_is_refused_and_both_are_named() -> None:
    with pytest.raises(PlanError) as caught:
        check_identity("gke", "uid-2", ACTUAL, writing=True)
    for word in ("gke", "uid-1", "uid-2", SERVER):
        assert word in caught.value.message
    assert "dlctl env set gke --pin --cluster-id uid-1" in (caught.value.hint or "")


def test_reading_another_cluster_warns() -> None:
    (note,) = check_identity("gke", "uid-2", ACTUAL, writing=False)
    assert "uid-1" in note
    assert "uid-2" in note


def test_without_a_pin_reads_pass_and_writes_are_refused() -> None:
    assert check_identity("gke", "", ACTUAL, writing=False) == ()
    with pytest.raises(PlanError) as caught:
        check_identity("gke", "", ACTUAL, writing=True)
    assert "dlctl env set gke --pin" in (caught.value.hint or "")


@pytest.mark.parametrize("pinned", ["", "uid-2"])
def test_the_override_is_noted(pinned: str) -> None:
    (note,) = check_identity("gke", pinned, ACTUAL, writing=True, override=True)
    assert "--dangerously-skip-identity-check" in note


def test_weak_pin_is_accepted_with_a_note() -> None:
    (note,) = check_identity("gke", "weak:abc", WEAK, writing=True)
    assert "kube-system" in note


def test_strong_pin_that_cannot_be_checked_is_refused() -> None:
    with pytest.raises(PlanError, match="you do not have permission to read namespace kube-system"):
        check_identity("gke", "uid-1", WEAK, writing=True)


def test_the_hint_without_permission_does_not_advise_a_new_pin() -> None:
    with pytest.raises(PlanError) as caught:
        check_identity("gke", "uid-1", WEAK, writing=True)
    assert "request permission to get namespace kube-system" in (caught.value.hint or "")
    assert "--pin" not in (caught.value.hint or "")


OLD = "https://old:6443/"
MOVED = (
    f"the context of environment gke has server {SERVER}, but the environment has https://old:6443; "
    "if the server has moved, store its new URL with 'dlctl env set gke --pin'"
)


@pytest.mark.parametrize(("pinned", "writing"), [("uid-1", True), ("uid-1", False), ("", False)])
def test_another_url_of_the_server_is_noted(pinned: str, writing: bool) -> None:
    assert check_identity("gke", pinned, ACTUAL, writing=writing, server=OLD) == (MOVED,)
    assert check_identity("gke", pinned, ACTUAL, writing=writing, server=f"{SERVER}/") == ()


def test_of_another_cluster_with_another_url_only_the_cluster_is_noted() -> None:
    (note,) = check_identity("gke", "uid-2", ACTUAL, writing=False, server=OLD)
    assert "is pinned to cluster uid-2" in note
    assert "moved" not in note


def test_sandbox_needs_no_pin_but_a_loopback_server() -> None:
    here = Identity("uid-9", "https://127.0.0.1:40001")
    assert check_identity("sandbox", "", here, writing=True, sandbox=True) == ()
    with pytest.raises(PlanError, match="not on this machine"):
        check_identity("sandbox", "", ACTUAL, writing=True, sandbox=True, override=True)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("https://127.0.0.1:6443", True),
        ("https://127.8.9.1", True),
        ("https://[::1]:6443", True),
        ("https://localhost:6443", True),
        ("https://localhost.example.com", False),
        ("https://10.0.0.1", False),
        ("https://127.0.0.1.example.com", False),
        ("https://user@127.0.0.1@example.com", False),
        ("", False),
    ],
)
def test_loopback(server: str, expected: bool) -> None:
    assert is_loopback(server) is expected
