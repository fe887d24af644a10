"""Old API versions against the release of a cluster."""

import pytest

from dlctl.kinds import KINDS
from dlctl.manifest import group_kind_of
from dlctl.schemas.model import Level
from dlctl.schemas.removed_apis import OLD_VERSIONS, old_version_problem, release_of


@pytest.mark.parametrize(
    ("api_version", "kind", "version", "expected"),
    [
        ("apps/v1", "Deployment", "v1.36.3", None),
        (
            "extensions/v1beta1",
            "Deployment",
            "v1.36.3",
            (Level.ERROR, "use apps/v1, available since Kubernetes 1.9"),
        ),
        (
            "batch/v1beta1",
            "CronJob",
            "v1.25.0",
            (Level.ERROR, "use batch/v1, available since Kubernetes 1.21"),
        ),
        (
            "batch/v1beta1",
            "CronJob",
            "v1.24.9-gke.1",
            (Level.WARNING, "use batch/v1, available since Kubernetes 1.21"),
        ),
        ("batch/v1beta1", "CronJob", "v1.20.0", None),
        ("batch/v1beta1", "CronJob", "", (Level.WARNING, "use batch/v1, available since Kubernetes 1.21")),
        ("v1", "Endpoints", "v1.33.0", (Level.WARNING, "use discovery.k8s.io/v1/EndpointSlice")),
        ("v1", "Endpoints", "v1.32.0", None),
        (
            "policy/v1beta1",
            "PodDisruptionBudget",
            "v1.25.1",
            (Level.ERROR, "use policy/v1, available since Kubernetes 1.21"),
        ),
    ],
)
def test_old_versions(api_version: str, kind: str, version: str, expected: tuple[Level, str] | None) -> None:
    problem = old_version_problem((api_version, kind), release_of(version))
    assert (problem and (problem.level, problem.hint)) == expected


def test_what_has_no_replacement_names_the_guide() -> None:
    problem = old_version_problem(("policy/v1beta1", "PodSecurityPolicy"), (1, 30))
    assert problem is not None
    assert problem.hint == (
        "there is no replacement: https://kubernetes.io/docs/reference/using-api/deprecation-guide/"
    )


def test_the_table_is_consistent() -> None:
    for key, old in OLD_VERSIONS.items():
        assert (
            old.removed is None
            or old.since <= old.removed
            or old.replacement.endswith("flowcontrol.apiserver.k8s.io/v1")
        ), key
        if old.replacement:
            group = old.replacement.split("/")[0] if "/" in old.replacement else ""
            kind = old.replacement.split("/")[2] if old.replacement.count("/") == 2 else key[1]
            assert any(known.group == group and known.kind == kind for known in KINDS) or kind.endswith(
                "Review"
            ), key
        assert group_kind_of(key).kind


@pytest.mark.parametrize(
    ("version", "release"), [("v1.36.3", (1, 36)), ("1.29+", (1, 29)), ("x", None), ("", None)]
)
def test_releases(version: str, release: tuple[int, int] | None) -> None:
    assert release_of(version) == release
