"""Split the text of an expression into tokens, as Jinja2 does."""

from msgspec import Struct

from dlctl.pattern import pattern

MOST_CHARACTERS = 1000
_MOST_NESTED = 30
_TOKEN = pattern(
    r"""[ \t\n]*(?:(?P<name>[A-Za-z_]\w*)|(?P<number>(?:0|[1-9][0-9]{0,17})(?![\w.]))"""
    r"""|(?P<text>"[^"\\\n\r]*"|'[^'\\\n\r]*')|(?P<sign>==|!=|<=|>=|[<>()\[\].,|~+-])|(?P<end>\Z))"""
)
END = "end"


class NotPlainError(Exception):
    """The expression, or a value in it, is left to the engine."""


class Token(Struct, frozen=True):
    """A `name`, `number`, `text` or `sign`, and the `end`."""

    kind: str
    text: str


def tokens_of(expression: str) -> list[Token]:
    """The tokens, the last of which is the end. Raises NotPlainError."""
    nested = expression.count("(") + expression.count("[") + expression.count("not")
    if len(expression) > MOST_CHARACTERS or nested > _MOST_NESTED or not expression.isascii():
        raise NotPlainError
    found: list[Token] = []
    position = 0
    while not found or found[-1].kind != END:
        match = _TOKEN.match(expression, position)
        if match is None or match.lastgroup is None:
            raise NotPlainError
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found
