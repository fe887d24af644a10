"""`dlctl cache list` and `cache clear`."""

from pathlib import Path

from tests.project import Project


def _cache(project: Project) -> Path:
    return Path(project.environ["XDG_CACHE_HOME"]) / "dlctl"


def test_what_was_kept_is_listed_and_cleared(app: Project) -> None:
    app.write({"environments/dev/environment.yaml": "context: dev\n"})
    shown = app.run("show", "dev").ok().out
    parts = {part["name"]: part for part in app.run("cache", "list", "-o", "json").ok().json["items"]}
    assert parts["renderings"]["files"] == 1
    assert parts["renderings"]["bytes"] == sum(p.stat().st_size for p in _cache(app).rglob("*.rendered"))
    assert parts["schemas"]["files"] == 0
    cleared = app.run("cache", "clear", "renderings").ok()
    assert cleared.err.startswith("renderings: ")
    assert not list(_cache(app).rglob("*.rendered"))
    assert app.run("show", "dev").ok().out == shown
    assert list(_cache(app).rglob("*.rendered"))


def test_programs_stay_unless_they_are_named(project: Project) -> None:
    program = _cache(project) / "controlplane" / "abc"
    program.mkdir(parents=True)
    (program / "controlplane").write_bytes(b"x" * 2048)
    assert "controlplane   1       2.0 KiB" in project.run("cache", "list").ok().out
    project.run("cache", "clear").ok()
    assert program.exists()
    project.run("cache", "clear", "controlplane").ok()
    assert not program.exists()


def test_unknown_parts_are_refused_with_a_suggestion(project: Project) -> None:
    refused = project.run("cache", "clear", "rendering")
    assert refused.code == 2
    assert "cache has no part 'rendering'" in refused.err
    assert "did you mean 'renderings'?" in refused.err
    assert project.run("cache", "list", "-o", "json").ok().json["kind"] == "CachePartList"
