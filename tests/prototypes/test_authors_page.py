"""The page for authors is true: its prototype, copied out of it, loads, renders and refuses."""

import re
from pathlib import Path

import pytest

from dlctl.errors import ParamError
from tests.prototypes.examples import PROTOTYPES, render

PAGE = (PROTOTYPES / "_shared" / "README.md").read_text()
VALUES = {"image": "registry.example.com/caffe:1", "num_workers": 3, "num_gpus": 8, "rdma": True}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app whose only own prototype is the page's example; what it shares comes with dlctl."""
    folder = tmp_path / "prototypes" / "caffe" / "caffe-job"
    (folder / "templates").mkdir(parents=True)
    package, prototype, templates = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (folder.parent / "package.yaml").write_text(package)
    (folder / "prototype.yaml").write_text(prototype)
    for name, text in re.findall(r"# (templates/\S+)\n(.*?)(?=# templates/|\Z)", templates, re.DOTALL):
        (folder / name).write_text(text)
    return tmp_path


def test_example_of_the_page_renders(app: Path) -> None:
    group, job = sorted(
        render("caffe-job", {**VALUES, "gang": "coscheduling"}, app),
        key=lambda each: each.ref.kind,
        reverse=True,
    )
    assert (group.ref.kind, group.body["spec"]["minMember"]) == ("PodGroup", 3)
    template = job.body["spec"]["worker"]["template"]
    assert template["metadata"]["labels"] == {"scheduling.x-k8s.io/pod-group": "caffe-job"}
    container = template["spec"]["containers"][0]
    assert list(container)[:2] == ["name", "image"]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": 8, "rdma/hca_shared_devices_a": 1}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"spot": True}, "spot needs max_restarts"),
        ({"gang": "volcano", "min_available": 4}, "so no pod would ever"),
    ],
)
def test_example_of_the_page_refuses(params: dict[str, object], message: str, app: Path) -> None:
    with pytest.raises(ParamError, match=message):
        render("caffe-job", {**VALUES, **params}, app)


def test_shared_parts_of_the_app_come_before_those_that_came_with_dlctl(app: Path) -> None:
    shared = app / "prototypes" / "_shared" / "fragments"
    shared.mkdir(parents=True)
    (shared / "nccl.yaml.j2").write_text("containers:\n- {name: {{ container }}, workingDir: /ours}\n")
    (job,) = render("caffe-job", VALUES, app)
    (container,) = job.body["spec"]["worker"]["template"]["spec"]["containers"]
    assert container["workingDir"] == "/ours"
    assert container["resources"]["limits"]["nvidia.com/gpu"] == 8


def test_page_names_the_fragments_and_groups_that_are_there() -> None:
    fragments = {
        file.name.removesuffix(".yaml.j2") for file in (PROTOTYPES / "_shared/fragments").glob("*.j2")
    }
    groups = {file.stem for file in (PROTOTYPES / "_shared/groups").glob("*.yaml")}
    inner = {"gpu_models", "scheduling_policy", "job_pod_metadata"}  # called by the others alone
    assert not {name for name in (fragments - inner) | groups if not re.search(rf"\b{name}\b", PAGE)}
