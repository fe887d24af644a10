"""`dlctl node label`: what people read, and which command lines are refused before a cluster is asked."""

from pathlib import Path
from typing import Any

import pytest

from tests import golden
from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.inventory.objects import node
from tests.output_schemas import checked
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden"
RULES = """\
- match: {name: gpu-*}
  labels: {pool: training, team: a}
- match: {}
  labels: {pool: general, site: west}
"""
OURS = "dlctl:node-label:small:rules"


def owned(body: dict[str, Any], **managers: str) -> dict[str, Any]:
    """A node whose labels have managers: `pool="nfd-master"`."""
    entries = [
        {
            "manager": manager,
            "operation": "Apply",
            "fieldsV1": {
                "f:metadata": {
                    "f:labels": {f"f:{label}": {} for label in managers if managers[label] == manager}
                }
            },
        }
        for manager in dict.fromkeys(managers.values())
    ]
    body["metadata"] |= {"managedFields": entries, "uid": body["metadata"]["name"], "resourceVersion": "1"}
    return body


NODES = [
    owned(
        node("gpu-10", labels={"pool": "training", "team": "b", "old": ""}),
        pool=OURS,
        team="nfd-master",
        old=OURS,
    ),
    owned(node("gpu-2", labels={"pool": "general", "site": "west"}), pool=OURS),
    owned(node("cpu-1", labels={"site": "west"}), site=OURS),
]


@pytest.fixture
def labelled(app: Project) -> Project:
    app.write({"rules.yaml": RULES, "environments/dev/environment.yaml": "context: lab\n"})
    return app


def test_what_people_read(labelled: Project) -> None:
    with serving(Listed(NODES)) as server:
        write_kubeconfig(Path(labelled.environ["KUBECONFIG"]), lab=server.url)
        answer = labelled.run("node", "label", "dev", "-f", "rules.yaml").ok()
        removing = labelled.run("node", "label", "dev", "--remove").ok()
        assert {each.method for each in server.seen} == {"GET"}
        accepts = [each.headers["Accept"] for each in server.seen if each.path == "/api/v1/nodes"]
    assert all("PartialObjectMetadataList" in accept for accept in accepts)
    shown = f"{answer.out}---\n{answer.err}---\n{removing.out}---\n{removing.err}"
    golden.check(shown, GOLDEN / "node-label.txt")


def test_several_clusters_have_a_column_and_one_cluster_is_compared_once(labelled: Project) -> None:
    labelled.write({"environments/prod/environment.yaml": "context: two\n"})
    labelled.write({"environments/same/environment.yaml": "context: lab\n"})
    with serving(Listed(NODES)) as one, serving(Listed(NODES[:1], uid="two")) as two:
        write_kubeconfig(Path(labelled.environ["KUBECONFIG"]), lab=one.url, two=two.url)
        words = ("node", "label", "--all", "-f", "rules.yaml")
        table, document = labelled.run(*words).ok(), labelled.run(*words, "-o", "json").ok()
    found = checked(document.out, "NodeLabelList")
    assert [(each["name"], each["sameAs"]) for each in found["clusters"]] == [
        ("dev", None),
        ("prod", None),
        ("same", "dev"),
    ]
    assert found["clusters"][1]["counts"] == {
        "add": 1,
        "change": 0,
        "remove": 1,
        "unchanged": 1,
        "owned": 1,
        "release": 0,
    }
    assert table.out.split()[:2] == ["CLUSTER", "NODE"]
    assert {line.split()[0] for line in table.out.splitlines()[1:]} == {"dev", "prod"}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("--remove", 2, "Missing argument 'ENV...'"),
        ("dev", 2, "no labels are given"),
        ("dev -f rules.yaml -l a=b=c", 2, "-l: 'a=b=c' is not a valid part of a label selector"),
        ("dev -f rules.yaml --remove", 2, "--rules and --remove cannot be used together"),
        ("dev --detected a.json --remove", 2, "--detected and --remove cannot be used together"),
        ("dev --remove --features-from nfd", 2, "--features-from needs --rules"),
        ("dev prod -f rules.yaml --apply", 2, "pass --each"),
        ("dev prod -f rules.yaml --apply --dry-run", 2, "pass --each"),
        ("dve -f rules.yaml", 1, "did you mean 'dev'?"),
        ("dev -f missing.yaml", 1, "missing.yaml: cannot be read"),
        ("dev -f wrong.yaml", 1, "wrong.yaml:1:11: unknown field 'nam'"),
        ("dev --detected environments", 1, "environments: the folder has no *.json files"),
        ("dev --detected rules.yaml", 1, "rules.yaml: not JSON"),
        ("dev -f rules.yaml --apply --dry-run=client", 2, "--dry-run=client is not supported"),
    ],
)
def test_command_lines_that_are_refused_ask_no_cluster(
    labelled: Project, words: str, code: int, says: str
) -> None:
    labelled.write({"wrong.yaml": "- match: {nam: a}\n  labels: {a: b}\n"})
    with serving(Listed()) as server:
        write_kubeconfig(Path(labelled.environ["KUBECONFIG"]), lab=server.url, prod=server.url)
        answer = labelled.run("node", "label", *words.split())
        assert server.seen == []
    assert (answer.code, says in answer.err) == (code, True), answer.err
    failed = labelled.run("node", "label", *words.split(), "-o", "json")
    assert checked(failed.out, "Error")["errors"][0]["message"]
