"""Documents of a cluster are fetched once, kept by their hashes, and found again by the index."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.openapi import offered_documents
from dlctl.errors import ClusterError, NotFound
from dlctl.files.write import write
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.index import index_text, read_index
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.keep_schemas import keep_schemas, schema_changes
from tests.fakes.cluster.cluster import MemoryCluster
from tests.schemas.documents import CLUSTER, SHARED


class Offering(MemoryCluster):
    """A cluster that serves OpenAPI documents, and notes which are fetched."""

    def __init__(self, documents: Mapping[str, Any], *, hashes: bool = True) -> None:
        super().__init__()
        self.documents = {
            f"apis/{key}" if "/" in key else f"api/{key}": value for key, value in documents.items()
        }
        self.hashes = hashes
        self.fetched: list[str] = []

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        if path == "/openapi/v3":
            return json.dumps({"paths": self.index()})  # with the content type of text, as kube-apiserver
        if path.startswith("/openapi/v3/"):
            name = path.removeprefix("/openapi/v3/")
            self.fetched.append(name)
            return {"openapi": "3.0.0", "paths": {}, "components": {"schemas": self.documents[name]}}
        return super().raw(method, path, query=query, body=body)

    def index(self) -> dict[str, Any]:
        found = {}
        for name, document in self.documents.items():
            digest = hashlib.sha512(json.dumps(document).encode()).hexdigest().upper()
            found[name] = {
                "serverRelativeURL": f"/openapi/v3/{name}" + (f"?hash={digest}" if self.hashes else "")
            }
        return {**found, "version": {"serverRelativeURL": "/openapi/v3/version?hash=00"}, "apis/apps": {}}


@pytest.fixture
def store(tmp_path: Path) -> SchemaStore:
    return SchemaStore((tmp_path / "cache", tmp_path / "app" / "schemas"))


def test_only_groups_and_versions_are_offered() -> None:
    assert [each.api_version for each in offered_documents(Offering(CLUSTER))] == ["apps/v1", "v1"]


def test_documents_are_fetched_once(store: SchemaStore) -> None:
    cluster = Offering(CLUSTER)
    index = keep_schemas(cluster, store)
    assert sorted(cluster.fetched) == ["api/v1", "apis/apps/v1"]
    assert index.version == cluster.version()
    assert keep_schemas(cluster, store) == index
    assert len(cluster.fetched) == 2


def test_what_has_changed_is_fetched_and_the_old_is_kept(store: SchemaStore) -> None:
    first = keep_schemas(Offering(CLUSTER), store)
    changed = Offering({**CLUSTER, "v1": SHARED})
    second = keep_schemas(changed, store)
    assert changed.fetched == ["api/v1"]
    assert first.documents["apps/v1"] == second.documents["apps/v1"]
    assert store.document(first.documents["v1"]) != store.document(second.documents["v1"])


def test_a_damaged_document_is_fetched_again(store: SchemaStore) -> None:
    index = keep_schemas(Offering(CLUSTER), store)
    file = store.folders[0] / f"{index.documents['v1']}.json.gz"
    file.write_bytes(file.read_bytes()[:-9])
    assert store.document(index.documents["v1"]) is None
    again = Offering(CLUSTER)
    keep_schemas(again, store)
    assert again.fetched == ["api/v1"]
    assert store.document(index.documents["v1"]) is not None


def test_a_server_without_hashes(store: SchemaStore) -> None:
    cluster = Offering(CLUSTER, hashes=False)
    index = keep_schemas(cluster, store)
    assert keep_schemas(cluster, store) == index
    assert SchemaCatalogue(index, store).find(("apps/v1", "Deployment")) is not None


def test_texts_for_people_are_not_kept(store: SchemaStore) -> None:
    index = keep_schemas(Offering(CLUSTER), store)
    document = store.document(index.documents["v1"])
    assert document is not None
    assert "description" not in json.dumps(document.schemas)


@pytest.mark.parametrize("answer", ["<html>", "[]", {"paths": 5}, {}, None])
def test_an_answer_that_is_no_index(answer: Any) -> None:
    class Strange(MemoryCluster):
        def raw(
            self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
        ) -> Any:
            return answer

    with pytest.raises(ClusterError, match="is not an index of OpenAPI documents"):
        offered_documents(Strange())


def test_a_hash_that_would_lead_out_of_the_folder(store: SchemaStore) -> None:
    class Hostile(Offering):
        def index(self) -> dict[str, Any]:
            return {"api/v1": {"serverRelativeURL": "/openapi/v3/api/v1?hash=../../../etc/passwd"}}

    with pytest.raises(ClusterError, match="is not hexadecimal"):
        keep_schemas(Hostile(CLUSTER), store)


def test_an_old_server_has_no_openapi_v3() -> None:
    with pytest.raises(NotFound):
        offered_documents(MemoryCluster())


def test_files_of_an_app(tmp_path: Path, store: SchemaStore) -> None:
    root = tmp_path / "app"
    for name in ("dev", "prod"):
        (root / "environments" / name).mkdir(parents=True)
        (root / "environments" / name / "environment.yaml").write_text("namespace: x\n")
    index = keep_schemas(Offering(CLUSTER), store)
    write(schema_changes(root, "dev", index, store, in_app=False, write=True).files, root=root)
    assert not (root / "schemas").exists()
    assert read_index(root, "dev") == index

    write(schema_changes(root, "prod", index, store, in_app=True, write=True).files, root=root)
    assert len(list((root / "schemas").iterdir())) == 2

    small = keep_schemas(Offering({"v1": CLUSTER["v1"]}), store)
    write(schema_changes(root, "prod", small, store, in_app=False, write=True).files, root=root)
    assert len(list((root / "schemas").iterdir())) == 2, "dev still needs the other one"
    write(schema_changes(root, "dev", small, store, in_app=False, write=True).files, root=root)
    assert [file.name for file in (root / "schemas").iterdir()] == [f"{small.documents['v1']}.json.gz"]


def test_the_index_is_a_line_for_each_api_version(store: SchemaStore) -> None:
    lines = index_text(keep_schemas(Offering(CLUSTER), store)).splitlines()
    assert lines[1:3] == ["version: v1.36.0", "documents:"]
    assert [line.split(":")[0] for line in lines[3:]] == ["  apps/v1", "  v1"]
    assert all(len(line.split(": ")[1]) == 40 for line in lines[3:])
