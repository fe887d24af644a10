"""Text without terminal control characters."""


def printable(text: str) -> str:
    """The text with control characters, except line feed and tab, replaced by U+FFFD."""
    if text.isprintable():
        return text
    return "\n".join(line if line.isprintable() else _replaced(line) for line in text.split("\n"))


def _replaced(line: str) -> str:
    return "".join(character if character.isprintable() or character == "\t" else "�" for character in line)
