"""What each `Cluster` must do: run against the in-memory one and against a real API server.

A subclass gives the fixtures `cluster` and `namespace` (an empty namespace of its own), and with
`new_name` names that nobody else uses.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, TypedDict

import pytest

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import AlreadyExists, Conflict, FieldConflict, Invalid, NotFound, UnknownKind
from dlctl.manifest import JsonObject

NewName = Callable[[str], str]


class _Named(TypedDict):
    name: str


class _Item(TypedDict):
    metadata: _Named


class NamedPage(TypedDict):
    """A page of which only the names of objects are read."""

    metadata: dict[str, Any]
    items: list[_Item]


class NumberedPage(TypedDict):
    """A page that no object fits into."""

    metadata: dict[str, Any]
    items: list[dict[str, int]]


def config_map(namespace: str, name: str = "settings", **fields: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "namespace": namespace}
    metadata |= {key: fields.pop(key) for key in ("labels", "annotations", "finalizers") if key in fields}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **fields}


def deployment(namespace: str, image: str = "nginx:1", **spec: Any) -> dict[str, Any]:
    container = {"name": "web", "image": image, "env": [{"name": "A", "value": "1"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec},
    }


def crd(group: str) -> dict[str, Any]:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{group}"},
        "spec": {"group": group, "names": names, "scope": "Namespaced", "versions": [version]},
    }


def fields_of(body: JsonObject, manager: str) -> Any:
    entries = [entry for entry in body["metadata"]["managedFields"] if entry["manager"] == manager]
    return entries[0]["fieldsV1"] if entries else None


class ClusterContract:
    @pytest.fixture
    def config_maps(self, cluster: Cluster) -> Resource:
        return cluster.resource("v1", "ConfigMap")

    @pytest.fixture
    def deployments(self, cluster: Cluster) -> Resource:
        return cluster.resource("apps/v1", "Deployment")

    # kinds

    def test_a_kind_is_found_with_its_plural_and_scope(self, cluster: Cluster) -> None:
        found = cluster.resource("networking.k8s.io/v1", "Ingress")
        assert (found.group, found.version, found.plural, found.namespaced) == (
            "networking.k8s.io",
            "v1",
            "ingresses",
            True,
        )
        assert not cluster.resource("v1", "Namespace").namespaced
        assert cluster.resource("v1", "Endpoints").plural == "endpoints"
        assert cluster.resource("networking.k8s.io/v1", "NetworkPolicy").plural == "networkpolicies"

    def test_an_object_is_created_once(self, cluster: Cluster, namespace: str, new_name: NewName) -> None:
        resource, body = cluster.resource("v1", "ConfigMap"), config_map(namespace, new_name("c"))
        name = body["metadata"]["name"]
        cluster.create(resource, body, dry_run=True, field_manager="dlctl")
        with pytest.raises(NotFound):
            cluster.get(resource, name, namespace)
        made = cluster.create(resource, body, field_manager="dlctl")
        with pytest.raises(AlreadyExists):
            cluster.create(resource, {**body, "data": {"a": "1"}}, field_manager="dlctl")
        assert cluster.get(resource, name, namespace)["metadata"]["uid"] == made["metadata"]["uid"]

    def test_a_merge_patch_is_only_tried(self, cluster: Cluster, namespace: str, new_name: NewName) -> None:
        resource, name = cluster.resource("v1", "ConfigMap"), new_name("c")
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": namespace},
            "data": {"a": "1", "b": "2"},
        }
        cluster.apply(resource, body, field_manager="shop")
        tried = cluster.try_merge_patch(resource, name, namespace, patch={"data": {"b": None, "c": "3"}})
        assert tried["data"] == {"a": "1", "c": "3"}
        assert cluster.get(resource, name, namespace)["data"] == {"a": "1", "b": "2"}
        with pytest.raises(NotFound):
            cluster.try_merge_patch(resource, new_name("none"), namespace, patch={"data": {}})

    def test_an_object_is_created_only_where_there_is_none(
        self, cluster: Cluster, namespace: str, new_name: NewName, config_maps: Resource
    ) -> None:
        body = config_map(namespace, new_name("c"), data={"a": "1"})
        made = cluster.create(config_maps, body, field_manager="shop")
        assert (made["data"], bool(made["metadata"]["uid"])) == ({"a": "1"}, True)
        with pytest.raises(Conflict):
            cluster.create(config_maps, {**body, "data": {"a": "2"}}, field_manager="shop")
        assert cluster.get(config_maps, body["metadata"]["name"], namespace)["data"] == {"a": "1"}

    @pytest.mark.parametrize("shared", [False, True])
    def test_an_object_is_released(
        self, cluster: Cluster, namespace: str, new_name: NewName, config_maps: Resource, *, shared: bool
    ) -> None:
        """What has the given values goes; no field belongs to the manager, even if it is the only one."""
        name = new_name("c")
        keys = {"labels": {"ours/a": "1", "kept": "1"}, "annotations": {"ours/b": "1"}}
        body = config_map(namespace, name, data={"a": "1"}, **keys)
        uid = cluster.apply(config_maps, body, field_manager="shop")["metadata"]["uid"]
        if shared:
            theirs = config_map(namespace, name, data={"b": "2"})
            cluster.apply(config_maps, theirs, field_manager="theirs")
        wanted: dict[str, Any] = {
            "managers": ("shop", "older"),
            "labels": {"ours/a": "1", "ours/none": "1", "kept": "2"},
        }
        for _ in range(2):  # once more changes nothing
            cluster.release(config_maps, name, namespace, uid=uid, annotations={"ours/b": "1"}, **wanted)
            live = cluster.get(config_maps, name, namespace)
            assert live["metadata"]["labels"] == {"kept": "1"}
            assert not live["metadata"].get("annotations")
            assert live["data"] == {"a": "1", **({"b": "2"} if shared else {})}
            owners = {each["manager"] for each in live["metadata"].get("managedFields") or ()}
            assert owners == ({"theirs"} if shared else set())
        with pytest.raises(NotFound):
            cluster.release(config_maps, name, namespace, uid="other", annotations={}, **wanted)

    def test_an_unknown_kind_is_an_error(self, cluster: Cluster) -> None:
        for api_version, kind in (("v1", "Widget"), ("nowhere.dev/v1", "Widget"), ("apps/v9", "Deployment")):
            with pytest.raises(UnknownKind, match=kind):
                cluster.resource(api_version, kind)

    def test_all_kinds_are_listed_in_order(self, cluster: Cluster) -> None:
        found = cluster.resources()
        assert cluster.resource("apps/v1", "Deployment") in found
        assert list(found) == sorted(found, key=lambda each: (each.group, each.version, each.kind))

    def test_a_crd_makes_its_kind_known(self, cluster: Cluster, namespace: str, new_name: NewName) -> None:
        group = f"{new_name('g')}.example.com"
        definitions = cluster.resource("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        with pytest.raises(UnknownKind):
            cluster.resource(f"{group}/v1", "Widget")
        cluster.apply(definitions, crd(group), field_manager="shop")
        self.wait_for_established(cluster, definitions, f"widgets.{group}")
        widgets = self.served(cluster, f"{group}/v1", "Widget")
        body = {
            "apiVersion": f"{group}/v1",
            "kind": "Widget",
            "metadata": {"name": "one", "namespace": namespace},
            "spec": {"items": [{"name": "a"}]},
        }
        cluster.apply(widgets, body, field_manager="shop")
        assert [item["metadata"]["name"] for item in cluster.list(widgets, namespace)] == ["one"]
        # Without a schema a list is one field, and a mapping is owned beside what is in it.
        owned = fields_of(cluster.get(widgets, "one", namespace), "shop")
        assert owned == {"f:spec": {".": {}, "f:items": {}}}
        cluster.delete(definitions, f"widgets.{group}", propagation="Background")

    def served(self, cluster: Cluster, api_version: str, kind: str) -> Resource:
        """The resource, once discovery has it too: on a busy server that comes after Established."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return cluster.resource(api_version, kind)
            except UnknownKind:
                assert time.monotonic() < deadline

    def wait_for_established(self, cluster: Cluster, definitions: Resource, name: str) -> None:
        for _, body in cluster.watch(definitions, fields=f"metadata.name={name}", timeout=20):
            conditions = body.get("status", {}).get("conditions") or []
            if any(each["type"] == "Established" and each["status"] == "True" for each in conditions):
                return
        pytest.fail("the CRD was not established in 20 s")

    # apply

    def test_apply_creates(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        body = config_map(namespace, labels={"a": "b"}, data={"key": "value"})
        created = cluster.apply(config_maps, body, field_manager="shop")
        assert created["data"] == {"key": "value"}
        assert created["metadata"]["uid"]
        assert created["metadata"]["resourceVersion"]
        assert fields_of(created, "shop") == {
            "f:data": {"f:key": {}},
            "f:metadata": {"f:labels": {"f:a": {}}},
        }
        assert cluster.get(config_maps, "settings", namespace) == created

    def test_apply_again_changes_nothing(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        body = config_map(namespace, data={"key": "value"})
        first = cluster.apply(config_maps, body, field_manager="shop")
        assert cluster.apply(config_maps, body, field_manager="shop") == first

    def test_awkward_text_arrives_as_it_is(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        data = {
            "unicode": "😀 \u2028 \u2029 \x85 \x7f \ufeff \uffff",
            "yaml": "a: b\n- c\t#d: 'e' \"f\" \\ {{ g }} %&*!|>",
            "no": "no",
            "float": "1e16",
            "control": "\x1b[31m",
        }
        cluster.apply(config_maps, config_map(namespace, data=data), field_manager="shop")
        assert cluster.get(config_maps, "settings", namespace)["data"] == data

    def test_a_field_that_is_no_longer_stated_goes(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        cluster.apply(config_maps, config_map(namespace, data={"a": "1", "b": "2"}), field_manager="shop")
        changed = cluster.apply(config_maps, config_map(namespace, data={"b": "2"}), field_manager="shop")
        assert changed["data"] == {"b": "2"}

    def test_a_field_that_another_states_too_stays(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        cluster.apply(config_maps, config_map(namespace, data={"a": "1", "b": "2"}), field_manager="shop")
        cluster.apply(config_maps, config_map(namespace, data={"a": "1"}), field_manager="other")
        changed = cluster.apply(config_maps, config_map(namespace, data={"b": "2"}), field_manager="shop")
        assert changed["data"] == {"a": "1", "b": "2"}
        assert fields_of(changed, "other") == {"f:data": {"f:a": {}}}

    def test_anothers_field_is_a_conflict(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        cluster.apply(config_maps, config_map(namespace, data={"a": "1"}), field_manager="helm")
        with pytest.raises(Conflict) as caught:
            cluster.apply(config_maps, config_map(namespace, data={"a": "2"}), field_manager="shop")
        assert caught.value.conflicts == (FieldConflict("helm", ".data.a"),)
        assert cluster.get(config_maps, "settings", namespace)["data"] == {"a": "1"}

    def test_force_takes_the_field_over(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        cluster.apply(config_maps, config_map(namespace, data={"a": "1", "b": "1"}), field_manager="helm")
        changed = cluster.apply(
            config_maps, config_map(namespace, data={"a": "2"}), force=True, field_manager="shop"
        )
        assert changed["data"] == {"a": "2", "b": "1"}
        assert fields_of(changed, "helm") == {"f:data": {"f:b": {}}}

    def test_a_conflict_in_a_list_names_the_item(
        self, cluster: Cluster, namespace: str, deployments: Resource
    ) -> None:
        cluster.apply(deployments, deployment(namespace, image="nginx:1"), field_manager="helm")
        with pytest.raises(Conflict) as caught:
            cluster.apply(deployments, deployment(namespace, image="nginx:2"), field_manager="shop")
        field = '.spec.template.spec.containers[name="web"].image'
        assert caught.value.conflicts == (FieldConflict("helm", field),)

    def test_owned_fields_of_a_deployment(
        self, cluster: Cluster, namespace: str, deployments: Resource
    ) -> None:
        created = cluster.apply(deployments, deployment(namespace, replicas=0), field_manager="shop")
        container: dict[str, Any] = {
            ".": {},
            "f:name": {},
            "f:image": {},
            "f:env": {'k:{"name":"A"}': {".": {}, "f:name": {}, "f:value": {}}},
        }
        assert fields_of(created, "shop") == {
            "f:spec": {
                "f:replicas": {},
                "f:selector": {},
                "f:template": {
                    "f:metadata": {"f:labels": {"f:app": {}}},
                    "f:spec": {"f:containers": {'k:{"name":"web"}': container}},
                },
            }
        }

    def test_generation_counts_changes_of_the_spec(
        self, cluster: Cluster, namespace: str, deployments: Resource
    ) -> None:
        first = cluster.apply(deployments, deployment(namespace, replicas=0), field_manager="shop")
        same = cluster.apply(deployments, deployment(namespace, replicas=0), field_manager="shop")
        other = cluster.apply(
            deployments, deployment(namespace, replicas=0, paused=True), field_manager="shop"
        )
        generations = [body["metadata"]["generation"] for body in (first, same, other)]
        assert generations == [1, 1, 2]

    def test_dry_run_shows_and_keeps_nothing(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        shown = cluster.apply(
            config_maps, config_map(namespace, data={"a": "1"}), dry_run=True, field_manager="shop"
        )
        assert shown["data"] == {"a": "1"}
        with pytest.raises(NotFound):
            cluster.get(config_maps, "settings", namespace)
        cluster.apply(config_maps, config_map(namespace, data={"a": "1"}), field_manager="shop")
        changed = cluster.apply(
            config_maps, config_map(namespace, data={"a": "2"}), dry_run=True, field_manager="shop"
        )
        assert changed["data"] == {"a": "2"}
        kept = cluster.get(config_maps, "settings", namespace)
        assert kept["data"] == {"a": "1"}
        assert changed["metadata"]["resourceVersion"] == kept["metadata"]["resourceVersion"]

    def test_a_missing_namespace_is_named(
        self, cluster: Cluster, config_maps: Resource, new_name: NewName
    ) -> None:
        missing = new_name("missing")
        for dry_run in (True, False):
            with pytest.raises(NotFound, match=f'namespaces "{missing}" not found'):
                cluster.apply(config_maps, config_map(missing), dry_run=dry_run, field_manager="shop")

    def test_a_bad_name_is_invalid(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        with pytest.raises(Invalid, match=r"metadata\.name"):
            cluster.apply(config_maps, config_map(namespace, name="Not_A_Name"), field_manager="shop")

    def test_a_bad_label_is_invalid(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        with pytest.raises(Invalid, match=r"metadata\.labels"):
            cluster.apply(config_maps, config_map(namespace, labels={"a": "b c"}), field_manager="shop")

    def test_managed_fields_cannot_be_stated(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        body = cluster.apply(config_maps, config_map(namespace), field_manager="shop")
        entry = {
            "manager": "x",
            "operation": "Apply",
            "apiVersion": "v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {},
        }
        with pytest.raises(Invalid, match="managedFields"):
            cluster.apply(
                config_maps,
                {**config_map(namespace), "metadata": {**body["metadata"], "managedFields": [entry]}},
                field_manager="shop",
            )

    def test_an_immutable_field_is_invalid(
        self, cluster: Cluster, namespace: str, deployments: Resource
    ) -> None:
        cluster.apply(deployments, deployment(namespace, replicas=0), field_manager="shop")
        labels = {"app": "web", "more": "1"}
        changed = deployment(namespace, replicas=0, selector={"matchLabels": labels})
        changed["spec"]["template"]["metadata"]["labels"] = labels
        with pytest.raises(Invalid, match=r"spec\.selector.*immutable"):
            cluster.apply(deployments, changed, field_manager="shop")

    def test_a_secrets_string_data_ends_up_in_data(self, cluster: Cluster, namespace: str) -> None:
        secrets = cluster.resource("v1", "Secret")
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "key", "namespace": namespace},
            "stringData": {"password": "hush"},
        }
        created = cluster.apply(secrets, body, field_manager="shop")
        assert created["data"] == {"password": "aHVzaA=="}
        assert "stringData" not in created
        assert (
            cluster.apply(secrets, body, field_manager="shop")["metadata"]["resourceVersion"]
            == (created["metadata"]["resourceVersion"])
        )

    def test_a_namespace_gets_its_label(self, cluster: Cluster, new_name: NewName) -> None:
        namespaces = cluster.resource("v1", "Namespace")
        name = new_name("made")
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        created = cluster.apply(namespaces, body, field_manager="shop")
        assert created["metadata"]["labels"] == {"kubernetes.io/metadata.name": name}
        assert created["status"]["phase"] == "Active"
        cluster.delete(namespaces, name, propagation="Background")

    def test_what_is_returned_is_a_copy(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        body = config_map(namespace, data={"a": "1"})
        returned: Any = cluster.apply(config_maps, body, field_manager="shop")
        returned["data"]["a"] = "changed"
        body["data"]["a"] = "changed too"
        assert cluster.get(config_maps, "settings", namespace)["data"] == {"a": "1"}

    # get and list

    def test_a_missing_object_is_named(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        with pytest.raises(NotFound, match='configmaps "nothing" not found'):
            cluster.get(config_maps, "nothing", namespace)

    def test_list_by_labels(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        for name, labels in (("a", {"app": "x", "tier": "1"}), ("b", {"app": "x"}), ("c", {"app": "y"})):
            cluster.apply(config_maps, config_map(namespace, name, labels=labels), field_manager="shop")

        def names(selector: str) -> list[str]:
            return [
                item["metadata"]["name"] for item in cluster.list(config_maps, namespace, labels=selector)
            ]

        assert names("app=x") == ["a", "b"]
        assert names("app=x,tier") == ["a"]
        assert names("app=x,!tier") == ["b"]
        assert names("app in (x, y),app!=x") == ["c"]
        assert "a" not in names("app notin (x)")
        assert names("app=none") == []

    def test_list_by_name(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        for name in ("a", "b"):
            cluster.apply(config_maps, config_map(namespace, name), field_manager="shop")
        found = cluster.list(config_maps, namespace, fields="metadata.name=b")
        assert [item["metadata"]["name"] for item in found] == ["b"]

    def test_listed_items_say_what_they_are(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        cluster.apply(config_maps, config_map(namespace, data={"a": "1"}), field_manager="shop")
        found = list(cluster.list(config_maps, namespace, fields="metadata.name=settings"))
        assert found == [cluster.get(config_maps, "settings", namespace)]

    def test_metadata_only_leaves_the_data_out(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        whole = cluster.apply(
            config_maps, config_map(namespace, labels={"a": "b"}, data={"a": "1"}), field_manager="shop"
        )
        found = list(cluster.list(config_maps, namespace, labels="a=b", metadata_only=True))
        assert found == [{key: whole[key] for key in ("apiVersion", "kind", "metadata")}]

    def test_a_page_with_a_type_has_its_fields_and_one_of_another_shape_is_whole(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        whole = cluster.apply(
            config_maps, config_map(namespace, labels={"a": "b"}, data={"a": "1"}), field_manager="shop"
        )
        (named,) = cluster.list(config_maps, namespace, labels="a=b", page=NamedPage)
        assert named == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
        (other,) = cluster.list(config_maps, namespace, labels="a=b", page=NumberedPage)
        assert other == whole

    def test_list_in_all_namespaces(
        self, cluster: Cluster, namespace: str, config_maps: Resource, new_name: NewName
    ) -> None:
        label = new_name("label")
        cluster.apply(config_maps, config_map(namespace, "a", labels={"mark": label}), field_manager="shop")
        cluster.apply(config_maps, config_map("default", label, labels={"mark": label}), field_manager="shop")
        places = [item["metadata"]["namespace"] for item in cluster.list(config_maps, labels=f"mark={label}")]
        assert places == sorted(("default", namespace))
        cluster.delete(config_maps, label, "default")

    def test_a_selector_that_is_none_is_invalid(self, cluster: Cluster, config_maps: Resource) -> None:
        with pytest.raises(Invalid):
            list(cluster.list(config_maps, labels="a=(("))

    # delete

    def test_delete(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        cluster.apply(config_maps, config_map(namespace), field_manager="shop")
        cluster.delete(config_maps, "settings", namespace, propagation="Background")
        with pytest.raises(NotFound):
            cluster.get(config_maps, "settings", namespace)
        with pytest.raises(NotFound, match="settings"):
            cluster.delete(config_maps, "settings", namespace)

    def test_delete_of_another_object_of_the_name_is_refused(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        created = cluster.apply(config_maps, config_map(namespace), field_manager="shop")
        with pytest.raises(Conflict, match="UID"):
            cluster.delete(config_maps, "settings", namespace, uid="00000000-0000-0000-0000-000000000000")
        cluster.delete(
            config_maps, "settings", namespace, uid=created["metadata"]["uid"], propagation="Background"
        )
        with pytest.raises(NotFound):
            cluster.get(config_maps, "settings", namespace)

    def test_delete_as_dry_run(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        cluster.apply(config_maps, config_map(namespace), field_manager="shop")
        for propagation in ("Background", "Foreground", "Orphan"):
            cluster.delete(config_maps, "settings", namespace, propagation=propagation, dry_run=True)
        assert "deletionTimestamp" not in cluster.get(config_maps, "settings", namespace)["metadata"]

    def test_finalizers_hold_an_object(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        cluster.apply(
            config_maps, config_map(namespace, finalizers=["example.com/hold"]), field_manager="shop"
        )
        cluster.delete(config_maps, "settings", namespace, propagation="Background")
        assert cluster.get(config_maps, "settings", namespace)["metadata"]["deletionTimestamp"]
        cluster.apply(config_maps, config_map(namespace), field_manager="shop")
        with pytest.raises(NotFound):
            cluster.get(config_maps, "settings", namespace)

    # watch, logs, raw

    def test_watch_gives_what_is_there_and_what_changes(
        self, cluster: Cluster, namespace: str, config_maps: Resource
    ) -> None:
        cluster.apply(
            config_maps, config_map(namespace, "first", labels={"seen": "yes"}), field_manager="shop"
        )
        seen: list[tuple[str, str]] = []
        events = cluster.watch(config_maps, namespace, labels="seen=yes", timeout=20)
        for kind, body in events:
            if kind == "BOOKMARK":
                continue
            seen.append((kind, body["metadata"]["name"]))
            if seen[-1] == ("ADDED", "first"):
                cluster.apply(config_maps, config_map(namespace, "unseen"), field_manager="shop")
                cluster.apply(
                    config_maps, config_map(namespace, "second", labels={"seen": "yes"}), field_manager="shop"
                )
            elif seen[-1] == ("ADDED", "second"):
                changed = config_map(namespace, "second", labels={"seen": "yes"}, data={"a": "1"})
                cluster.apply(config_maps, changed, field_manager="shop")
            elif kind == "MODIFIED":
                cluster.delete(config_maps, "second", namespace, propagation="Background")
            elif kind == "DELETED":
                break
        assert seen == [
            ("ADDED", "first"),
            ("ADDED", "second"),
            ("MODIFIED", "second"),
            ("DELETED", "second"),
        ]

    def test_watch_ends_in_time(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        cluster.apply(
            config_maps, config_map(namespace, "only", labels={"seen": "yes"}), field_manager="shop"
        )
        events = list(cluster.watch(config_maps, namespace, labels="seen=yes", timeout=1))
        assert [(kind, body["metadata"]["name"]) for kind, body in events if kind != "BOOKMARK"] == [
            ("ADDED", "only")
        ]

    def test_a_missing_pods_log_is_not_found(self, cluster: Cluster, namespace: str) -> None:
        with pytest.raises(NotFound, match='pods "nobody" not found'):
            cluster.logs(namespace, "nobody")

    def test_raw(self, cluster: Cluster) -> None:
        assert cluster.raw("GET", "/version")["gitVersion"] == cluster.version()
        with pytest.raises(NotFound, match="/nowhere"):
            cluster.raw("GET", "/nowhere")

    # the cluster itself

    def test_identity_is_the_uid_of_kube_system(self, cluster: Cluster) -> None:
        namespace = cluster.get(cluster.resource("v1", "Namespace"), "kube-system")
        identity = cluster.identity()
        assert identity.uid == namespace["metadata"]["uid"]
        assert identity.server == cluster.server
        assert not identity.weak
        assert cluster.identity() == identity

    def test_many_threads_at_once(self, cluster: Cluster, namespace: str, config_maps: Resource) -> None:
        def work(number: int) -> None:
            for index in range(5):
                cluster.apply(
                    config_maps,
                    config_map(namespace, f"n{number}-{index}", labels={"many": "yes"}),
                    field_manager="shop",
                )

        threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list(cluster.list(config_maps, namespace, labels="many=yes"))) == 100
