"""Which rights are missing: by one review of a namespace, or one for each right where that is incomplete."""

from collections.abc import Mapping
from typing import Any

from dlctl.plan.rights.model import Right
from dlctl.plan.rights.review import missing_rights
from tests.fakes.cluster.cluster import MemoryCluster

RULE = {"verbs": ["create", "patch"], "apiGroups": [""], "resources": ["configmaps"]}
NAMED = {"verbs": ["*"], "apiGroups": ["apps"], "resources": ["*"], "resourceNames": ["web"]}


class Reviewing(MemoryCluster):
    """A server that reviews rights; `incomplete`: its authorizers do not list all that they allow."""

    def __init__(self, *, incomplete: bool) -> None:
        super().__init__()
        self.incomplete, self.asked = incomplete, list[str]()

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        self.asked.append(body["kind"])
        if body["kind"] == "SelfSubjectRulesReview":
            return {"status": {"resourceRules": [RULE, NAMED], "incomplete": self.incomplete}}
        return {"status": {"allowed": body["spec"]["resourceAttributes"]["verb"] == "delete"}}


RIGHTS = [
    *(Right("here", "", "configmaps", verb) for verb in ("create", "patch", "delete")),
    Right("here", "apps", "deployments", "patch", "web"),
    Right("here", "apps", "deployments", "patch", "other"),
    Right("", "", "nodes", "delete"),
    Right("", "", "nodes", "list"),
]


def test_one_review_for_a_namespace() -> None:
    cluster = Reviewing(incomplete=False)
    missing = {(each.resource, each.verb, each.name) for each in missing_rights(cluster, RIGHTS)}
    assert missing == {
        ("configmaps", "delete", ""),
        ("deployments", "patch", "other"),
        ("nodes", "list", ""),
    }
    assert sorted(cluster.asked) == [*["SelfSubjectAccessReview"] * 2, "SelfSubjectRulesReview"]


def test_what_an_incomplete_review_does_not_list_is_asked_for_one_by_one() -> None:
    cluster = Reviewing(incomplete=True)
    missing = {(each.resource, each.verb, each.name) for each in missing_rights(cluster, RIGHTS)}
    assert missing == {("deployments", "patch", "other"), ("nodes", "list", "")}
    assert sorted(cluster.asked) == [*["SelfSubjectAccessReview"] * 4, "SelfSubjectRulesReview"]


def test_one_question_for_all_objects_of_a_kind_and_more_only_if_it_is_refused() -> None:
    cluster = Reviewing(incomplete=False)
    rights = [Right("", "", "nodes", verb, name) for verb in ("delete", "patch") for name in "abc"]
    missing = {(each.verb, each.name) for each in missing_rights(cluster, rights)}
    assert missing == {("patch", name) for name in "abc"}
    assert len(cluster.asked) == 1 + (1 + 3)
