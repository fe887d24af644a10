"""How secret values may be written in other text, and where a text has them.

Servers and tools quote and encode values: as JSON (twice where JSON holds JSON), as Go's %q, in base64 at
any alignment, in URLs. Messages are made one line and cut before they get here, so a value is also found
with its white space joined, and its beginning before the mark of a cut.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from dlctl.pattern import pattern

SHORTEST = 6
"""A value shorter than this is found only as a whole, not inside other text."""

CUT = "…"
"""The mark at the end of a text that was cut."""

_FEW, _MANY = 48, 192
"""So many beginnings, and spellings, are looked for one by one; more of them by their first characters."""

_SHORTEST_CUT = 3
_WORD = pattern(r"[A-Za-z._/-]+")
_GO_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}


class Spellings(Struct, frozen=True):
    """All forms of some values.

    `lengths` has the lengths of the forms that begin with the same characters, the longest first.
    """

    forms: frozenset[str] = frozenset()
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def in_text(self, text: str) -> bool:
        """Whether the text has one of the forms."""
        if len(self.lengths) <= _FEW and len(self.forms) <= _MANY:
            return any(form in text for form in self.forms)
        return any(self._longest_at(text, place) for place in range(len(text) - SHORTEST + 1))

    def _longest_at(self, text: str, place: int) -> str:
        """The longest form that the text has at a place; empty for none."""
        for length in self.lengths.get(text[place : place + SHORTEST], ()):
            if (form := text[place : place + length]) in self.forms:
                return form
        return ""

    def replaced(self, text: str, mask: str) -> str:
        """The text with each form replaced, and each beginning of one before the mark of a cut."""
        if CUT in text:  # first, since a line of a value may be replaced, and leave the beginning of the next
            text = self._without_cut_forms(text, mask)
        return "".join(self._parts(text, mask)) if self.in_text(text) else text

    def _parts(self, text: str, mask: str) -> Iterator[str]:
        kept = 0
        for start, stop in self._spans(text):
            yield text[kept:start] + mask
            kept = stop
        yield text[kept:]

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """From where to where the text has forms; forms that overlap are one."""
        spans: list[tuple[int, int]] = []
        for start in range(len(text) - SHORTEST + 1):
            if form := self._longest_at(text, start):
                stop = start + len(form)
                if spans and start < spans[-1][1]:
                    spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
                else:
                    spans.append((start, stop))
        return spans

    def _without_cut_forms(self, text: str, mask: str) -> str:
        parts = text.split(CUT)
        return CUT.join((*(self._without_beginning(part, mask) for part in parts[:-1]), parts[-1]))

    def _without_beginning(self, part: str, mask: str) -> str:
        """The text without the longest beginning of a form at its end."""
        longest = max((_overlap(part, form) for form in self.forms), default=0)
        return part[: len(part) - longest] + mask if longest >= _SHORTEST_CUT else part


NO_SPELLINGS = Spellings()


def _overlap(text: str, form: str) -> int:
    """How many characters at the end of the text are the beginning of the form."""
    start = text.find(form[:_SHORTEST_CUT], max(len(text) - len(form), 0))
    while start >= 0:
        if form.startswith(text[start:]):
            return len(text) - start
        start = text.find(form[:_SHORTEST_CUT], start + 1)
    return 0


def spellings_of(values: Iterable[str], derived: Iterable[str] = ()) -> Spellings:
    """The forms of these values and of what was made from them.

    Each long line of a value counts as a value; a derived text may have lines that have nothing to do with
    a secret. One that holds a whole value needs no forms of its own; nor does a word that is a part of
    one, such as `production` of `production-db-7`: it would be found everywhere.
    """
    known = sorted(values)
    forms = {form for value in known for form in _forms_of(value)}
    whole, together = _indexed(forms), "\0".join(known).lower()
    for text in (*(line for value in known for line in _lines(value)), *sorted(derived)):
        if not whole.in_text(text) and not _is_word_of(text, known, together):
            forms.update(_forms_of(text))
    return _indexed(forms)


def _indexed(forms: Iterable[str]) -> Spellings:
    lengths: dict[str, set[int]] = {}
    for form in forms:
        lengths.setdefault(form[:SHORTEST], set()).add(len(form))
    ordered = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
    return Spellings(frozenset(forms), ordered)


def _is_word_of(text: str, values: Iterable[str], together: str) -> bool:
    """Whether a short text of letters alone is a part of a value; `together` has all of them."""
    if len(text) >= 2 * SHORTEST or not _WORD.fullmatch(text):
        return False
    part = text.lower()
    return part in together and any(part in value.lower() and len(part) < len(value) for value in values)


def _forms_of(value: str) -> Iterator[str]:
    """The forms of one value that are long enough; also with joined white space."""
    if len(value) < SHORTEST:
        return
    for form in {value, *_quoted(value), *_percent_encoded(value), *_in_base64(value)}:
        yield from (each for each in (form, one_line(form)) if len(each) >= SHORTEST)


def _lines(value: str) -> list[str]:
    return [line for line in value.splitlines() if len(line) >= 2 * SHORTEST] if "\n" in value else []


def _quoted(value: str) -> Iterator[str]:
    import json

    escaped = json.dumps(value)[1:-1]
    open_ = json.dumps(value, ensure_ascii=False)[1:-1]
    for once in {escaped, open_, _as_in_go_json(escaped), _as_in_go_json(open_), _as_in_go(value)}:
        yield once
        yield json.dumps(once, ensure_ascii=False)[1:-1]
        yield json.dumps(once)[1:-1]
    yield repr(value)[1:-1]
    import shlex

    yield shlex.quote(value)
    yield value.replace("'", "''")


def _as_in_go_json(escaped: str) -> str:
    """As encoding/json writes it: without the characters that are special in HTML."""
    return escaped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _as_in_go(value: str) -> str:
    """As strconv.Quote writes it, which is %q."""
    return "".join(map(_go_character, value))


def _go_character(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    if character in _GO_ESCAPES:
        return _GO_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _percent_encoded(value: str) -> Iterator[str]:
    data = value.encode("utf-8", "surrogatepass")
    from urllib.parse import quote, quote_plus

    yield quote(data, safe="")
    yield quote(data)
    yield quote_plus(data)


def _in_base64(value: str) -> Iterator[str]:
    """What base64 of a text has for certain if the text has the value, at each of the three alignments."""
    data = value.encode("utf-8", "surrogatepass")
    yield base64.b64encode(data).decode()
    for before in range(3):
        whole = base64.b64encode(bytes(before) + data + bytes(2)).decode()
        certain = whole[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        yield certain
        yield certain.replace("+", "-").replace("/", "_")


def one_line(text: str) -> str:
    """The text in one line: white space joined, other control characters as white space."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
