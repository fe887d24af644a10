"""Answers of an API server of which one is not what it should be: never a traceback, never another exit code.

Each case runs one command; one of its requests, chosen by the seed, gets a changed answer.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from tests.cluster.scripted_server import Answer, Script, Seen, scripted
from tests.fakes.cluster.cluster import MemoryCluster
from tests.fakes.cluster.over_http import over_http
from tests.fuzz.mutations import mutated_json
from tests.fuzz.seeds import blocks, name_of
from tests.nodes.api_server import Listed, write_kubeconfig
from tests.nodes.test_node_list import pool
from tests.project import Outcome, Project

pytestmark = pytest.mark.slow

COMMANDS = (
    ("diff", "dev"),
    ("diff", "dev", "--set", "web.title=new"),
    ("apply", "dev", "--set", "web.title=new"),
    ("apply", "dev", "--prune", "-c", "web"),
    ("apply", "dev", "--set", "web.replicas=5", "--wait", "--timeout", "1s"),
    ("delete", "dev", "--yes"),
    ("status", "dev"),
    ("status", "dev", "-o", "json"),
    ("env", "update", "dev", "--check"),
    ("env", "describe", "dev"),
    ("cluster", "list"),
)
NODE_COMMANDS = (
    ("node", "list", "--all-contexts", "--pods", "--all-nodes"),
    ("node", "list", "--all-contexts", "-o", "json"),
    ("cluster", "list", "--all"),
)
STATUSES = (
    200,
    200,
    200,
    200,
    200,
    200,
    201,
    202,
    204,
    301,
    302,
    304,
    400,
    401,
    403,
    404,
    409,
    410,
    422,
    500,
)
DELAYS = ("", "²", "-1", "1e3", "soon", "0")


@contextmanager
def answering(script: Script, random: Random) -> Iterator[str]:
    """A server whose answer to one request is changed; its URL."""
    number, chosen = itertools.count(), random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15))

    def changed(seen: Seen) -> Answer:
        answer = script(seen)
        if next(number) != chosen:
            return answer
        if answer.parts:
            return Answer(parts=tuple(mutated_json(None, random) + b"\n" for _ in answer.parts))
        code = answer.status if answer.status != 200 or random.random() < 0.8 else random.choice(STATUSES)
        body = b"" if code in (204, 304) else mutated_json(answer.body, random)
        return Answer(code, body, {"Retry-After": random.choice(DELAYS)} if code >= 400 else {})

    with scripted(changed) as server:
        yield server.url


def check(outcome: Outcome, words: tuple[str, ...], seed: int) -> None:
    """The exit code is one of the documented ones; a failure says what is wrong, and is none of diff's 1."""
    shown = f"seed {seed}: dlctl {' '.join(words)}: {outcome.code}\n{outcome.out}\n{outcome.err}"
    assert outcome.code in (0, 1, 2, 3, 4), shown
    assert "Traceback" not in outcome.err, shown
    if outcome.code == 1 and words[0] == "diff":
        assert "Error" not in outcome.err, shown
    if outcome.code > 1 and outcome.code != 3:
        assert outcome.err or outcome.out, shown


@pytest.fixture(scope="module")
def applied() -> MemoryCluster:
    """A cluster; the first test applies the app to it."""
    return MemoryCluster(namespaces=["dev-space"])


@pytest.mark.parametrize("block", blocks(), ids=name_of)
def test_a_changed_answer(app: Project, applied: MemoryCluster, block: range) -> None:
    app.write({"environments/dev/environment.yaml": environment(applied)})
    (app.root / "environments/prod/environment.yaml").unlink()
    kubeconfig = app.root.parent / "kubeconfig"
    with scripted(lambda seen: over_http(applied, seen)) as server:
        write_kubeconfig(kubeconfig, dev=server.url)
        app.run("apply", "dev").ok()
    for seed in block:
        random = Random(seed)
        words = random.choice(COMMANDS)
        with answering(lambda seen: over_http(applied, seen), random) as url:
            write_kubeconfig(kubeconfig, dev=url)
            check(app.run(*words, "--request-timeout", "5"), words, seed)


@pytest.mark.parametrize("block", blocks()[:2], ids=name_of)
def test_a_changed_answer_about_nodes(project: Project, block: range) -> None:
    listed: Listed = pool()
    for seed in block:
        random = Random(seed)
        words = random.choice(NODE_COMMANDS)
        with answering(listed.answer, random) as url:
            write_kubeconfig(project.root.parent / "kubeconfig", lab=url)
            check(project.run(*words, "--request-timeout", "5"), words, seed)


def environment(cluster: MemoryCluster) -> str:
    """The file of an environment that is pinned to this cluster."""
    return f"context: dev\nnamespace: dev-space\nclusterId: {cluster.identity().uid}\n"
