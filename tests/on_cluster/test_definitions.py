"""CustomResourceDefinitions: what a change or a deletion does to the objects of their kinds."""

import copy
from typing import Any

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, custom, definition

pytestmark = pytest.mark.controlplane


def with_size(body: Body, **schema: object) -> Body:
    """The definition with another schema of `.spec.size`."""
    changed: dict[str, Any] = copy.deepcopy(dict(body))
    properties = changed["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
    properties["spec"]["properties"]["size"] = dict(schema)
    return changed


def renamed(body: Body, version: str) -> Body:
    """The definition with another version instead of its own."""
    changed: dict[str, Any] = copy.deepcopy(dict(body))
    changed["spec"]["versions"][0]["name"] = version
    return changed


def test_a_change_that_loses_objects_is_refused_and_a_deletion_counts_them(
    cluster_app: AppOnCluster, group: str
) -> None:
    crd = definition(group)
    cluster_app.component("kinds", crd)
    cluster_app.component("web", custom(group, "one"), custom(group, "two"))
    cluster_app.run("apply", "dev").ok()

    narrow = with_size(crd, type="integer", maximum=5)
    cluster_app.component("kinds", narrow)
    refused = cluster_app.run("diff", "dev")
    assert refused.code == 2
    assert "narrows the schema of 2 objects: v1.spec.size: maximum becomes 5" in refused.out
    assert "pass --allow-crd-downgrade to proceed anyway" in refused.out
    assert cluster_app.run("apply", "dev").code == 1
    assert cluster_app.run("diff", "dev", "--allow-crd-downgrade").code == 1
    cluster_app.run("apply", "dev", "--allow-crd-downgrade").ok()
    cluster_app.component("kinds", renamed(narrow, "v2"))
    cluster_app.without("web")
    dropped = cluster_app.run("diff", "dev", "-c", "kinds")
    assert dropped.code == 2
    assert "drops version v1, in which objects are stored (status.storedVersions)" in dropped.out

    cluster_app.component("kinds")
    planned = cluster_app.run("diff", "dev", "--prune", "--prune-all", "--prune-protected")
    assert planned.code == 1
    assert "would be deleted: 2 objects of this kind would be deleted with it" in planned.out
    deletion = cluster_app.run("delete", "dev", "--prune-protected", "--dry-run").ok()
    assert "2 objects of this kind would be deleted with it" in deletion.err
    cluster_app.run("delete", "dev", "--prune-protected", "--yes").ok()
