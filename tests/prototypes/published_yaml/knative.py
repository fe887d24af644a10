"""What became of Knative's fields since the talks, and what our prototypes say at every container."""

from tests.prototypes.published_yaml.fields import Change, added, became, gone, moved

SERVING = ("serving.knative.dev/v1alpha1", "serving.knative.dev/v1")
CHANNELS = ("eventing.knative.dev/v1alpha1", "messaging.knative.dev/v1")


def confined(container: str) -> Change:
    """What a container may do, of which no talk speaks: not become root, only the usual system calls."""
    return added(
        f"{container}.securityContext",
        {"allowPrivilegeEscalation": False, "seccompProfile": {"type": "RuntimeDefault"}},
    )


def named(container: str) -> Change:
    """The name that Knative gives a container without one."""
    return added(f"{container}.name", "user-container")


def one_container(old: str, kind: str) -> tuple[Change, ...]:
    """The one container of v1alpha1, at `old`, is the first of a list in v1."""
    new = f"{kind}.spec.template.spec.containers[0]"
    return (moved(old, new), named(new), confined(new))


def without_generations(kind: str) -> tuple[Change, ...]:
    """The API server counts generations itself, and only in the metadata."""
    return (gone(f"{kind}.metadata.generation", 1), gone(f"{kind}.spec.generation", 1))


def latest(kind: str, *parts: bool) -> tuple[Change, ...]:
    """Knative's default for each part of the traffic, stated: a Configuration's newest revision or not."""
    return tuple(added(f"{kind}.spec.traffic[{i}].latestRevision", part) for i, part in enumerate(parts))


def serving_v1(kind: str) -> Change:
    """Serving's v1alpha1 ended in 2020."""
    return became(f"{kind}.apiVersion", *SERVING)
