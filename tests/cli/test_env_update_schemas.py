"""`dlctl env update --schemas`: documents in the app that are missing, damaged or not needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.scripted_server import Answer, Seen, scripted
from tests.nodes.api_server import Listed, write_kubeconfig
from tests.output_schemas import checked
from tests.project import Project
from tests.schemas.documents import CLUSTER

LAB = Listed()
DOCUMENTS = {f"/openapi/v3/{'apis' if '/' in key else 'api'}/{key}": each for key, each in CLUSTER.items()}
HASHES = {path: f"{index:040x}" for index, path in enumerate(DOCUMENTS, 1)}


def answer(seen: Seen) -> Answer:
    """A cluster with OpenAPI documents."""
    if seen.path == "/openapi/v3":
        paths = {
            path.removeprefix("/openapi/v3/"): {"serverRelativeURL": f"{path}?hash={hashed}"}
            for path, hashed in HASHES.items()
        }
        return Answer(body={"paths": paths})
    if seen.path in DOCUMENTS:
        return Answer(body={"openapi": "3.0.0", "components": {"schemas": DOCUMENTS[seen.path]}})
    return LAB.answer(seen)


@pytest.fixture
def kept(app: Project) -> Iterator[Project]:
    """An app with an environment whose documents are in the app."""
    with scripted(answer) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.write({"environments/dev/environment.yaml": f"context: dev\nclusterId: {LAB.uid}\n"})
        first = app.run("env", "update", "dev", "--schemas").ok()
        assert "wrote environments/dev/schemas.yaml\n" in first.err
        assert "wrote 2 documents in schemas: " in first.err
        app.run("env", "update", "dev", "--schemas", "--check").ok()
        yield app


def files(app: Project) -> list[Path]:
    found = sorted((app.root / "schemas").iterdir())
    assert len(found) == 2
    return found


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_check_names_the_documents(kept: Project, damage: str) -> None:
    path = files(kept)[0]
    before = path.read_bytes()
    path.unlink() if damage == "missing" else path.write_bytes(before[:-9])
    line = f"{damage}: 1 document in schemas: schemas/{path.name} (apps/v1)\n"
    checked_ = kept.run("env", "update", "dev", "--schemas", "--check")
    assert (checked_.code, checked_.err) == (1, f"environments/dev/cluster.yaml unchanged\n{line}")
    shown = kept.run("env", "update", "dev", "--dry-run").ok()
    assert (shown.out, line in shown.err) == ("", True)
    document = checked(kept.run("env", "update", "dev", "--check", "-o", "json").out, "EnvironmentUpdateList")
    found = document["items"][0]["schemas"]
    assert found["changed"] is True
    assert found["documents"] == [
        {"file": f"schemas/{path.name}", "apiVersion": "apps/v1", "problem": damage}
    ]
    wrote = kept.run("env", "update", "dev").ok()
    word = "wrote" if damage == "missing" else "replaced damaged"
    assert wrote.err == (
        "environments/dev/cluster.yaml unchanged\n"
        f"{word} 1 document in schemas: schemas/{path.name} (apps/v1)\n"
    )
    assert path.read_bytes() == before


def test_a_document_that_nothing_needs(kept: Project) -> None:
    path = kept.root / "schemas" / f"{'f' * 40}.json.gz"
    path.write_bytes(b"")
    line = f"not needed: 1 document in schemas: schemas/{path.name}\n"
    assert line in kept.run("env", "update", "dev", "--check").err
    assert "removed 1 document in schemas" in kept.run("env", "update", "dev").ok().err
    assert len(files(kept)) == 2


def test_a_dry_run_shows_the_difference_of_the_index(kept: Project) -> None:
    file = "environments/dev/schemas.yaml"
    kept.write({file: kept.read(file).replace("apps/v1", "apps/v0")})
    shown = kept.run("env", "update", "dev", "--dry-run").ok()
    assert shown.out.startswith(f"--- {file}\n+++ {file}\n")
    assert "-  apps/v0: " in shown.out
    assert "+  apps/v1: " in shown.out
    assert f"{file} is out of date" in shown.err


def test_validate_says_that_a_document_is_damaged(kept: Project, tmp_path: Path) -> None:
    path = files(kept)[0]
    path.write_bytes(path.read_bytes()[:-9])
    for cached in (tmp_path / "cache" / "dlctl" / "schemas").iterdir():
        cached.unlink()
    kept.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: a\n"
            "components:\n  one: {prototype: one}\n",
            "environments/dev/params.yaml": "",
            "environments/prod/params.yaml": "",
            "prototypes/p/one/prototype.yaml": "summary: x\n",
            "prototypes/p/one/templates/one.yaml.j2": "apiVersion: apps/v1\nkind: Deployment\n"
            "metadata: {name: x}\nspec: {}\n",
        }
    )
    answered = kept.run("validate", "dev")
    assert f"{path.name}: 'dlctl env update dev' fetches" in answered.out + answered.err
    assert "damaged: " in answered.out + answered.err
    assert "neither in the app nor in the cache" not in answered.out + answered.err
