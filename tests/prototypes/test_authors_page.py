"""The page for authors is true: its prototypes, copied out of it, load, render and refuse."""

import re
from pathlib import Path

import pytest

from dlctl.errors import ParamError
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.registry.prototypes.string_formats import FORMATS
from tests.prototypes.examples import PROTOTYPES, render

PAGE = (PROTOTYPES.parent / "docs" / "authoring.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PATH = re.compile(r"# (prototypes/\S+)\n")
VALUES = {"image": "registry.example.com/caffe:1", "num_workers": 3, "num_gpus": 8, "rdma": True}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app whose only own prototype is the page's example; what it shares comes with dlctl."""
    for block in BLOCKS:
        if named := PATH.match(block):
            file = tmp_path / named[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block[named.end() :])
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
        ({"gang": "volcano", "min_available": 4}, "no pod would ever start"),
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


def test_parts_of_a_prototype_on_the_page_load(tmp_path: Path) -> None:
    folder = tmp_path / "prototypes" / "sample" / "sample"
    (folder / "templates").mkdir(parents=True)
    counts = "  num_ps: {type: integer}\n  num_workers: {type: integer}\n"
    parts = [block for block in BLOCKS if not PATH.match(block)]
    head = "summary: A sample\ngroups: [accelerators, resources]\n"
    counts += "  run_launcher_as_worker: {type: boolean, default: false}\n"
    (folder / "prototype.yaml").write_text(head + parts[0] + counts + "".join(parts[1:]))
    prototype = catalogue_of(tmp_path / "prototypes").find("sample")
    assert prototype.params["queue"].schema["maxLength"] == 63
    assert prototype.rules
    assert list(prototype.roles) == ["launcher", "worker"]


def test_page_lists_the_string_formats() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| *(\d*) *\|$", PAGE, re.MULTILINE)
    listed = {name: int(most) if most else None for name, most in rows if name in FORMATS}
    assert listed == {name: found.max_length for name, found in FORMATS.items()}


def test_page_names_the_fragments_and_groups_that_are_there() -> None:
    fragments = {
        file.name.removesuffix(".yaml.j2") for file in (PROTOTYPES / "_shared/fragments").glob("*.j2")
    }
    groups = {file.stem for file in (PROTOTYPES / "_shared/groups").glob("*.yaml")}
    # called by the others alone
    inner = {"gpu_models", "scheduling_policy", "job_pod_metadata", "volume_source", "volume_mount"}
    inner |= {"affinity", "gpu_terms", "unless_stated", "own_resources", "elastic_metrics"}
    assert not {name for name in (fragments - inner) | groups if not re.search(rf"\b{name}\b", PAGE)}
