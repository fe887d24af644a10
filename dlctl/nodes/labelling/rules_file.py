"""Read a file of rules: `[{match: {name, labels, features}, labels: {…}}]`."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from dlctl.errors import RuleError, joined
from dlctl.nodes.labelling.keys import key_problem, value_problem
from dlctl.nodes.labelling.match_features import read_term
from dlctl.nodes.labelling.model import WantedLabel, WantedLabels
from dlctl.nodes.labelling.reader import Part
from dlctl.nodes.labelling.rules import Match, NamePattern, Rule, RuleSet
from dlctl.nodes.labelling.selector import Selector, parse_selector
from dlctl.text import counted
from dlctl.yamlio.load import load_file


def read_rules(path: Path, shown: str) -> RuleSet:
    """The rules of a file; `shown` is its path in errors.

    Raises YamlError for a file that cannot be read or is not YAML, and one RuleError that lists what is
    wrong with its rules.
    """
    document = load_file(path, shown)
    if document.value is None:
        hint = "to remove all labels, use --remove; a list without rules is '[]'"
        raise RuleError("the file has no rules", location=document.location(), hint=hint)
    rules: list[Rule] = []
    errors: list[RuleError] = []
    for part in Part(document, document.value, "a file of rules").items():
        errors += _problems_of(partial(_add_rule, rules, part))
    if errors:
        raise joined(errors, RuleError, f"{counted(len(errors), 'problem')} in the rules of {shown}")
    return RuleSet(tuple(rules))


def _add_rule(rules: list[Rule], part: Part) -> None:
    rules.append(_rule(part))


def _rule(part: Part) -> Rule:
    fields = part.fields("match", "labels")
    if "match" not in fields:
        raise part.problem("a rule has no 'match'", "write 'match: {}' for labels of every node")
    if "labels" not in fields:
        raise part.problem("a rule has no 'labels'", "add 'labels:' with the labels of the nodes that match")
    try:
        match = _match(fields["match"])
    except RuleError as error:
        problems = [error, *_problems_of(lambda: _labels(fields["labels"]))]
        raise joined(problems, RuleError, "a rule has several problems") from error
    place = fields["match"].mapping()["features"].location if match.features else None
    return Rule(match, _labels(fields["labels"]), place)


def _problems_of(read: Callable[[], object]) -> Iterator[RuleError]:
    """The single errors of reading a part."""
    try:
        read()
    except RuleError as error:
        yield from (each for each in error.single_errors if isinstance(each, RuleError))


def _match(part: Part) -> Match:
    fields = part.fields("name", "labels", "features")
    name = _name(fields["name"]) if "name" in fields else NamePattern()
    labels = _selector(fields["labels"]) if "labels" in fields else Selector()
    terms = tuple(map(read_term, fields["features"].items())) if "features" in fields else ()
    return Match(name, labels, terms)


def _name(part: Part) -> NamePattern:
    text = part.text()
    if not text:
        raise part.problem("'name' is empty", "leave it out, or write a glob such as 'gpu-*'")
    if len(text) < 2 or not (text.startswith("/") and text.endswith("/")):
        return NamePattern(text)
    try:
        return NamePattern(regex=re.compile(text[1:-1]))
    except re.error as error:
        raise part.problem(f"{text} is not a regular expression: {error}") from error


def _selector(part: Part) -> Selector:
    try:
        return parse_selector(part.text())
    except ValueError as error:
        hint = "a label selector is written as for kubectl: 'a=b,c in (x,y),!d'"
        raise part.problem(str(error), hint) from error


def _labels(part: Part) -> WantedLabels:
    labels = part.mapping()
    errors = [error for key in labels if (error := _key_error(part, key))]
    errors += list(_value_errors(part))
    if errors:
        raise joined(errors, RuleError, f"{len(errors)} labels are invalid")
    return {key: WantedLabel(value.text(), value.location) for key, value in labels.items()}


def _key_error(part: Part, key: str) -> RuleError | None:
    problem = key_problem(key)
    return part.key_problem(key, f"invalid label '{key}': {problem}") if problem else None


def _value_errors(part: Part) -> Iterator[RuleError]:
    for key, value in part.mapping().items():
        try:
            problem = value_problem(value.text())
        except RuleError as error:
            yield error.with_message(
                f"invalid label '{key}': its value{error.message.removeprefix(value.name)}"
            )
            continue
        if problem:
            yield value.problem(f"invalid label '{key}': {problem}")
