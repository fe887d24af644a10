"""Many `param set` at once lose nothing; a full disk leaves the old file."""

import resource
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlctl.yamlio.load import load_text
from tests.project import Project

PROCESSES = 100
AT_A_TIME = 8


@pytest.mark.slow
def test_a_hundred_processes_lose_nothing(app: Project) -> None:
    def set_one(index: int) -> tuple[int, str]:
        words = ("param", "set", "--env", "dev", "web", f"env_vars.K{index}", str(index))
        outcome = app.spawn(*words)
        return outcome.returncode, outcome.stderr

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        outcomes = list(pool.map(set_one, range(PROCESSES)))
    assert [text for code, text in outcomes if code] == []
    value = load_text(app.read("environments/dev/params.yaml"), "params.yaml").value
    assert value["components"]["web"]["env_vars"] == {f"K{i}": str(i) for i in range(PROCESSES)}
    assert value["components"]["web"]["replicas"] == 3
    assert not [name for name in app.files() if "tmp" in name or "lock" in name]


def test_a_full_disk_leaves_the_old_file(app: Project) -> None:
    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    before = app.files()
    no_bytecode = {"PYTHONDONTWRITEBYTECODE": "1"}  # Python's own files would be cut off, too
    words = ("param", "set", "web", "title", "x" * 1000)
    outcome = app.spawn(*words, environ=no_bytecode, preexec_fn=no_room)
    assert outcome.returncode == 1
    assert "dlctl.yaml" in outcome.stderr
    assert "the file is unchanged" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert app.files() == before
