"""Test the readiness files of a package: each recorded object has the verdict that its case expects."""

from collections.abc import Iterator
from typing import Any

from dlctl.app.reader import Reader
from dlctl.errors import DlctlError, RegistryError
from dlctl.files.presence import file_exists
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.document_head import registry_errors
from dlctl.registry.prototypes.readiness import CASES, ReadinessFile, readiness_files
from dlctl.registry.prototypes.source import Source
from dlctl.render.engine.engine import Engine
from dlctl.status import Rules, Verdict, verdict_of
from dlctl.status.matching import first_match
from dlctl.status.model import time_of
from dlctl.status.readiness import ReadinessRule
from dlctl.yamlio.load import load_all, read_text

_KEYS = ("case", "now", "expect", "object")
_EXPECTED = ("status", "message", "phase", "reason")


def rules_of(catalogue: Catalogue, engine: Engine) -> Rules:
    """The rules of custom kinds in a catalogue."""
    return Rules(
        catalogue.readiness,
        lambda expression, scope: engine.evaluate(expression, scope, location=None),
        catalogue.every_readiness,
    )


def readiness_problems(source: Source, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What is wrong with the readiness files of a source: pairs of KIND.GROUP and problem.

    Also a file whose rules are not all shown by a case. An empty problem: the file is fine.
    """
    rules = rules_of(catalogue, Engine())
    try:
        files = tuple(readiness_files(source))
    except DlctlError as error:
        yield "readiness", str(error)
        return
    for file in files:
        try:
            yield str(file.kind), _problem(file, catalogue, rules)
        except DlctlError as error:
            yield str(file.kind), str(error)


def _problem(file: ReadinessFile, catalogue: Catalogue, rules: Rules) -> str:
    readiness = catalogue.readiness(file.kind)
    assert readiness is not None
    unseen = list(readiness.rules)
    problems: list[str] = []
    cases = tuple(_cases(file))
    for case in cases:
        problems += _wrong(case, rules)
        match = first_match(case["object"], readiness, rules.evaluate)
        if match is not None and match.rule in unseen:
            unseen.remove(match.rule)
    if not _is_like_another(file):
        problems += [f"no case for rule {_number(readiness.rules, rule)}" for rule in unseen]
    return "; ".join(problems)


def _number(rules: tuple[ReadinessRule, ...], rule: ReadinessRule) -> int:
    return rules.index(rule) + 1


def _is_like_another(file: ReadinessFile) -> bool:
    return "\nlike: " in read_text(file.path, file.source.show(file.path))


def _cases(file: ReadinessFile) -> Iterator[Any]:
    path = file.path.parent / CASES / file.path.name
    shown = file.source.show(path)
    if not file_exists(path, shown):
        return
    with registry_errors():
        for document in load_all(read_text(path, shown), shown):
            reader = Reader(document)
            reader.only(*_KEYS)
            reader.required_text("case")
            expected, found = reader.child("expect"), reader.child("object")
            if expected is None or found is None:
                raise RegistryError("a case needs 'expect' and 'object'", location=reader.place())
            expected.only(*_EXPECTED)
            yield reader.values


def _wrong(case: Any, rules: Rules) -> Iterator[str]:
    verdict = verdict_of(case["object"], now=time_of(str(case.get("now", ""))), rules=rules)
    for key, expected in case["expect"].items():
        found = _shown(verdict, key)
        if found != expected:
            yield f"{case['case']}: {key} is '{found}', expected '{expected}'"


def _shown(verdict: Verdict, key: str) -> str:
    if key == "phase":
        return verdict.phase.value if verdict.phase else ""
    return str(getattr(verdict, key))
