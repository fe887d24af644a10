"""Files of `node detect -o json`: which node they are about, and what is wrong with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError
from dlctl.nodes.labelling.detected import read_hosts
from dlctl.nodes.labelling.model import NodeFacts
from tests.project import Project

HOST = {"kind": "HostFeatures", "node": "gpu-1", "labels": {"dlctl.dev/gpu.count": "8"}}


def read(tmp_path: Path, *documents: Any) -> dict[str, dict[str, str]]:
    files = []
    for number, document in enumerate(documents):
        path = tmp_path / f"{number}.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        files.append((path, path.name))
    found = read_hosts(files)
    return {
        node: {label: wanted.value for label, wanted in found.labels_of(NodeFacts(node, {})).items()}
        for node in found.files
    }


def test_each_file_is_about_one_node(tmp_path: Path) -> None:
    old = {"kind": "HostFeatures", "system": {"hostName": "GPU-2"}, "labels": {}}
    assert read(tmp_path, HOST, old) == {"gpu-1": {"dlctl.dev/gpu.count": "8"}, "gpu-2": {}}


def test_what_detect_writes_is_read(tmp_path: Path, project: Project, built: dict[str, Path]) -> None:
    root = str(built["v100x8-ib100"])
    written = project.run("node", "detect", "--root", root, "-o", "json", "--node-name", "gpu-7").ok()
    (found,) = read(tmp_path, written.out).items()
    assert found[0] == "gpu-7"
    assert found[1]["dlctl.dev/gpu.model"] == "V100"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "0.json: not JSON"),
        ("[]", "0.json: not a document of kind HostFeatures"),
        ({"kind": "NodeList"}, "0.json: not a document of kind HostFeatures"),
        ({"kind": "HostFeatures", "labels": {}}, "0.json: the file does not name its node"),
        ({"kind": "HostFeatures", "node": "a"}, "0.json: the file has no 'labels'"),
        ({**HOST, "labels": {"a": 1}}, "0.json: invalid label 'a': its value must be a string"),
        ({**HOST, "labels": {"-a": "1"}}, "0.json: invalid label '-a'"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(tmp_path: Path, document: Any, message: str) -> None:
    with pytest.raises(DlctlError) as caught:
        read(tmp_path, document)
    assert message in str(caught.value)


def test_two_files_about_one_node_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DlctlError, match=r"1\.json: node 'gpu-1' is also in 0\.json"):
        read(tmp_path, HOST, HOST)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DlctlError, match=r"x\.json: cannot be read: No such file"):
        read_hosts([(tmp_path / "x.json", "x.json")])
