"""Whatever changes, the objects are those that a run without stored components renders."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlctl.render.rendering import RenderedComponent
from dlctl.render.target import Renderer
from tests.render.cache.sample_app import FILES, SampleApp

VALUES = sorted(name for name, text in FILES.items() if "one" in text)
SIZES = sorted(name for name, text in FILES.items() if "size: 1" in text or "default: 1" in text)
CHANGES = st.one_of(
    st.sampled_from(VALUES).map(lambda name: (name, "one", "two")),
    st.sampled_from(SIZES).map(lambda name: (name, "1", "2")),
    st.sampled_from(sorted(FILES)).map(lambda name: (name, "a", ":")),
)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.lists(CHANGES, max_size=5))
def test_any_change_of_an_input_counts(changes: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = SampleApp(Path(folder) / "app", Path(folder) / "cache")
        assert "kind: ConfigMap" in app.shown(stored=True)
        for name, before, after in changes:
            app.change(name, before, after)
            expected = app.shown(stored=False)
            assert app.shown(stored=True) == expected
            assert app.shown(stored=True) == expected


def test_an_unchanged_app_is_not_rendered(tmp_path: Path) -> None:
    app = SampleApp(tmp_path / "app", tmp_path / "cache")
    app.shown(stored=True)
    file = next((tmp_path / "cache" / "renderings").iterdir())
    before = file.stat().st_mtime_ns
    app.shown(stored=True)
    assert file.stat().st_mtime_ns == before
    app.change("prototypes/own/first/templates/file.txt.j2")
    app.shown(stored=True)
    assert file.stat().st_mtime_ns > before


def test_values_for_one_run_are_not_stored(tmp_path: Path) -> None:
    """They are in the output, and the next run without them finds what the one before stored."""
    app = SampleApp(tmp_path / "app", tmp_path / "cache")
    expected = app.shown(stored=True)
    file = next((tmp_path / "cache" / "renderings").iterdir())
    before = file.stat().st_mtime_ns
    for text in ("three", "four"):
        assert f"text: {text}" in app.shown(stored=True, settings=(f"a.text={text}",))
    assert app.shown(stored=True) == expected
    assert file.stat().st_mtime_ns == before


def test_what_is_rendered_while_a_file_changes_is_not_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be taken for what the file renders that was there before, once that is back."""
    app = SampleApp(tmp_path / "app", tmp_path / "cache")
    name = "prototypes/own/first/templates/file.txt.j2"
    expected = app.shown(stored=False)
    render = Renderer.component

    def change_and_render(*words: Any) -> RenderedComponent:
        app.change(name)
        monkeypatch.undo()
        return render(*words)

    monkeypatch.setattr(Renderer, "component", change_and_render)
    assert app.shown(stored=True) != expected
    app.change(name)
    assert app.shown(stored=True) == expected
