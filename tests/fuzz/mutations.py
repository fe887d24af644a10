"""Changes of JSON documents and of texts, by a seed."""

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

_SCALARS: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**400, 1e308, 0.5, "", "x", "²", "\u0000", "\u001b[31m",
    "\ud83d\ude00", "a/b/c", "9" * 5000, "v1", "-", ".", "None",
)  # fmt: skip
_CONTAINERS: tuple[Any, ...] = ([], {}, [None], ["x"], [[]], [{}], {"": None}, {"a": {}}, {"name": ["x"]})
_BODIES: tuple[bytes, ...] = (
    b"", b" ", b"null", b"true", b"[]", b"{}", b'""', b"0", b"NaN", b'{"metadata": {}}', b"\xff\xfe\x00",
    b'{"a": "\\ud800"}', b'{"kind": NaN}', b"[" * 100_000, b'{"a":' * 100_000, b"[" * 600 + b"]" * 600,
    b"1" * 5000, b'{"error": "login_required"}', b"<html>log in</html>",
    b'{"kind": "Status", "status": "Failure"}',
)  # fmt: skip

Step = tuple[Any, Any]
"""A container and the key of one of its items."""


def mutated_json(document: Any, random: Random) -> bytes:
    """A document of which one to three places are changed; sometimes the whole text is replaced or cut."""
    if random.random() < 0.12:
        return random.choice(_BODIES)
    changed = {"": copy.deepcopy(document)}
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = list(_places(changed))
        container, key = random.choice(places)
        random.choice(_CHANGES)(container, key, random)
    text = json.dumps(changed[""]) if "" in changed else "{}"
    if random.random() < 0.06:
        text = text[: random.randrange(len(text))]
    return text.encode("utf-8", "surrogatepass")


def mutated_text(text: str, random: Random) -> bytes:
    """A text with a few bytes changed, lines moved, or pieces put elsewhere."""
    data = bytearray(text.encode())
    for _ in range(random.choice((1, 1, 2, 4))):
        at, to = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
        change = random.randrange(6)
        if change == 0:
            data[at : at + 1] = bytes([random.randrange(256)])
        elif change == 1:
            del data[at : min(to, at + 40)]
        elif change == 2:
            data[at:at] = data[at : min(to, at + 60)]
        elif change == 3:
            data[at:at] = random.choice(PIECES)
        elif change == 4:
            data[at:at] = b"\n" + b" " * random.randrange(6)
        else:
            data[at : at + 8] = random.choice(PIECES)
    return bytes(data)


PIECES = (
    b"&a ", b"*a", b"<<: *a", b"!!python/name:os.system ", b"? ", b"- ", b": ", b"{", b"}", b"[", b"]", b'"',
    b"'", b"|", b">", b"#", b"%", b"@", b"`", b"\t", b"\0", b"\xff", b"\xc3\xa9", b"\xe2\x80\xa8", b"---\n",
    b"...\n", b"null", b"~", b"1e999", b".inf", b"0x1F", b"2001-01-01", b"{{ x }}",
    b"{% for i in range(9) %}",
    b"{% endif %}", b"{{ params", b"[" * 300, b"9" * 5000, b"a." * 2000, b"$ref: '#/params'",
    b"../../etc", b"\\ud800",
)  # fmt: skip


def _places(value: Any) -> Iterator[Step]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield value, key
        yield from _places(below)


def _replace(container: Any, key: Any, random: Random) -> None:
    container[key] = copy.deepcopy(random.choice(_SCALARS + _CONTAINERS))


def _remove(container: Any, key: Any, random: Random) -> None:
    if key != "":
        del container[key]


def _wrap(container: Any, key: Any, random: Random) -> None:
    container[key] = random.choice(([container[key]], {"a": container[key]}))


def _nest(container: Any, key: Any, random: Random) -> None:
    for _ in range(random.choice((50, 240, 290))):
        container[key] = {"f:a": container[key]}


def _double(container: Any, key: Any, random: Random) -> None:
    if isinstance(container, list):
        container.append(copy.deepcopy(container[key]))
    else:
        container[f"{key}x"] = copy.deepcopy(container[key])


_CHANGES: tuple[Callable[[Any, Any, Random], None], ...] = (
    _replace,
    _replace,
    _replace,
    _remove,
    _wrap,
    _nest,
    _double,
)
