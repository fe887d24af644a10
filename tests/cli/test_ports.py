"""`port-forward` says what is wrong with its ports before it asks a cluster."""

import pytest

from tests.project import Project


@pytest.mark.parametrize(
    ("ports", "wrong"),
    [("0:99999", "99999"), ("70000:80", "70000"), ("8080:0", "0"), ("9" * 5000, "9" * 20)],
)
@pytest.mark.parametrize("command", ["port-forward", "job port-forward"])
def test_a_number_that_is_no_port_is_named(app: Project, command: str, ports: str, wrong: str) -> None:
    ended = app.run(*command.split(), "web", ports)
    assert ended.code == 2
    assert f"Error: {wrong} is not a port (1 to 65535)" in ended.err


def test_another_form_is_refused_as_such(app: Project) -> None:
    assert "ports are given as LOCAL:REMOTE" in app.run("port-forward", "web", "80:x").err
