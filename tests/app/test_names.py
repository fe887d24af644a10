"""Names of components, namespaces and environments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.app.names import check_environment_name, check_name
from dlctl.errors import AppError


@pytest.mark.parametrize("name", ["a", "a-b", "0", "a" * 63])
def test_labels(name: str) -> None:
    assert check_name("a component", name) == name


@pytest.mark.parametrize("name", ["", "A", "a_b", "a.b", "-a", "a-", "a" * 64, "a\n", "ä"])
def test_no_labels(name: str) -> None:
    with pytest.raises(AppError, match="is not a valid name for a component"):
        check_name("a component", name)


@pytest.mark.parametrize("name", ["dev", "us-west/prod", "A_b/C-d", "a/b/c/d"])
def test_environment_paths(name: str) -> None:
    assert check_environment_name(name) == name


@given(st.text(max_size=70))
def test_a_checked_environment_name_is_a_safe_path_and_a_label(name: str) -> None:
    try:
        check_environment_name(name)
    except AppError:
        return
    assert ".." not in name
    assert "." not in name
    assert not name.startswith("/")
    assert len(name.replace("/", ".")) <= 63
