"""Parse the arguments of `generate` by a prototype's schema.

A generic parser does not know the options before it knows the prototype, and if it accepted unknown
options, it would store a mistyped one as a value. So the arguments are parsed here.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from dlctl.errors import RegistryError, UsageError
from dlctl.params.described_type import schema_types
from dlctl.params.parse_value import Force
from dlctl.registry.prototypes.model import Prototype
from dlctl.text import HIDDEN, may_be_option

_TRUTHS = frozenset({"true", "false", "True", "False", "TRUE", "FALSE"})
OWN_FLAGS = ("shell", "if-missing")
OWN_OPTIONS = ("name", "namespace", "values", *OWN_FLAGS)


class PrototypeArguments(Struct, frozen=True):
    """The parsed arguments: `params` are texts by name, in order; `options` are generate's own."""

    prototype: str
    component: str
    params: tuple[tuple[str, str], ...]
    options: dict[str, str]
    help: bool

    def flag(self, name: str) -> bool:
        """Whether one of the own flags is set."""
        return self.options.get(name, "false").lower() == "true"

    @property
    def force(self) -> Force:
        """How values are parsed."""
        return Force.SHELL if self.flag("shell") else Force.SCHEMA


def parse_prototype_arguments(
    words: Sequence[str], find: Callable[[str], Prototype], *, names: int = 2
) -> PrototypeArguments:
    """Split arguments into prototype, component (if `names` is 2), parameters and options.

    Options are written `--num-workers 4`, `--num_workers=4` or `--numWorkers 4`, before or after the
    names. Raises UsageError for invalid arguments, RegistryError for an unknown prototype.
    """
    certain, others = _candidates(words)
    if not certain and not others:
        return PrototypeArguments("", "", (), {}, help=bool({"-h", "--help"} & set(words)))
    found, prototype = _prototype(certain, others, find)
    reader = _Reader(words, prototype)
    reader.read()
    component = reader.names[1] if len(reader.names) > 1 else ""
    if len(reader.names) > names:
        takes = "PROTOTYPE and COMPONENT" if names > 1 else "PROTOTYPE"
        raise UsageError(
            f"unexpected argument after {takes}",  # it is not shown: it may be a value
            hint="pass a parameter as --name value",
        )
    return PrototypeArguments(found, component, tuple(reader.params), reader.options, reader.help)


def _candidates(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The arguments that may be the prototype's name: the most likely one, and those that may be values.

    That is the first argument that does not follow an option; a flag such as `--debug` may precede it.
    """
    certain: list[str] = []
    others: list[str] = []
    after_option = False
    for word in words:
        option = word.startswith("-")
        if not option:
            (others if after_option else certain).append(word)
        after_option = option and "=" not in word and word not in {"-h", "--help", "--"}
    return certain[:1], others


def _prototype(
    certain: Sequence[str], others: Sequence[str], find: Callable[[str], Prototype]
) -> tuple[str, Prototype]:
    """The first candidate that is a prototype. Raises the error of the first, unless it may be a value."""
    failures: list[RegistryError] = []
    for name in (*certain, *others):
        try:
            return name, find(name)
        except RegistryError as error:
            failures.append(error)
    if certain:
        raise failures[0]
    raise UsageError("PROTOTYPE is missing", hint="'dlctl prototype list' lists all prototypes")


class _Reader:
    """Parses the arguments in one pass."""

    def __init__(self, words: Sequence[str], prototype: Prototype) -> None:
        self.words = list(words)
        self.prototype = prototype
        self.names: list[str] = []
        self.params: list[tuple[str, str]] = []
        self.options: dict[str, str] = {}
        self.help = False

    def read(self) -> None:
        position = 0
        while position < len(self.words):
            word = self.words[position]
            position += 1
            if word in {"-h", "--help"}:
                self.help = True
            elif word == "--":
                self.names.extend(self.words[position:])
                return
            elif word.startswith("--"):
                position = self.option(word[2:], position)
            elif word.startswith("-") and len(word) > 1:
                shown = word if may_be_option(word) else HIDDEN
                raise UsageError(f"unknown option: {shown}", hint="pass a parameter as --name value")
            else:
                self.names.append(word)

    def option(self, text: str, position: int) -> int:
        """Parse one option that starts before `position`; returns the position of the next argument."""
        name, equals, value = text.partition("=")
        name = self.known(name)
        if not equals:
            value, position = self.value_of(name, position)
        if name in OWN_OPTIONS:
            self.options[name] = value
        else:
            self.params.append((name, value))
        return position

    def known(self, written: str) -> str:
        """The option's name with underscores; the path of a nested one is kept."""
        head, dot, below = written.partition(".")
        if (own := head.replace("_", "-")) in OWN_OPTIONS and not dot:
            return own
        for name in (head, head.replace("-", "_")):
            if self.prototype.spec(name):
                return f"{name}{dot}{below}"
        from dlctl.suggest import did_you_mean_param

        suggested = did_you_mean_param(head, (*OWN_OPTIONS, *self.prototype.params))
        if suggested and suggested.startswith("did you mean"):
            suggested = suggested.replace("'", "'--", 1).replace("_", "-")
        shown = f"'{head}'" if suggested or may_be_option(f"--{head}") else HIDDEN
        raise UsageError(
            f"prototype '{self.prototype.name}' has no parameter {shown}",
            hint=suggested or f"'dlctl prototype describe {self.prototype.name}' lists its parameters",
        )

    def value_of(self, name: str, position: int) -> tuple[str, int]:
        following = self.words[position] if position < len(self.words) else None
        if self.is_flag(name) and following not in _TRUTHS:
            return "true", position
        if following is None or following.startswith("--"):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} needs a value",
                hint=f"for a value that starts with a dash, use {option}=VALUE",
            )
        return following, position + 1

    def is_flag(self, name: str) -> bool:
        if name in OWN_FLAGS:
            return True
        spec = self.prototype.spec(name)
        return spec is not None and schema_types(spec.schema) == {"boolean"}
