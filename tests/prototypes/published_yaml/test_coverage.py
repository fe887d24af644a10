"""Every block of YAML of every seed is compared, or listed with a reason why it is no object."""

from tests.prototypes.published_yaml.all_texts import COMPARISONS, NO_OBJECTS, SEEDS
from tests.prototypes.published_yaml.coverage import compared, listed, suspects
from tests.prototypes.published_yaml.text import SEEDS as FOLDER
from tests.prototypes.published_yaml.text import lines_of

ACCOUNTED = compared(COMPARISONS) | listed(NO_OBJECTS)


def test_every_source_text_is_listed() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(SEEDS)


def test_every_block_is_compared_or_excluded() -> None:
    forgotten = [
        f"{seed}:{number}: {lines_of(seed)[number - 1]}"
        for name in SEEDS
        for seed, number in suspects(name, lines_of(name))
        if (seed, number) not in ACCOUNTED
    ]
    assert not forgotten, "add a Comparison, or a Passage with a reason:\n" + "\n".join(forgotten)


def test_excluded_passages_exist_and_are_not_compared() -> None:
    found = {place for name in SEEDS for place in suspects(name, lines_of(name))}
    idle = [each for each in NO_OBJECTS if not listed([each]) & found]
    assert not idle
    assert not compared(COMPARISONS) & listed(NO_OBJECTS)


def test_new_block_is_detected() -> None:
    """In each form that the seeds have: fenced, beside captions, on one line, as a command."""
    for seed in SEEDS:
        lines = lines_of(seed)
        for new in (
            ["```", "apiVersion: v1", "```"],
            ["  replicas: 2"],
            [" - name: x"],
            ["autoscaling.knative.dev/class"],
            ["Slide apiVersion: v1 kind: Pod metadata: name: x"],
            ["then run kubectl apply -f pod.yaml"],
        ):
            found = set(suspects(seed, [*lines, *new])) - ACCOUNTED
            assert found, (seed, new)
            assert all(number > len(lines) for _, number in found)
