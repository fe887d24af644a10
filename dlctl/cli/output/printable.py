"""Text without characters that would steer a terminal."""


def printable(text: str) -> str:
    """Text in which each control character, but for line feed and tab, is replaced by U+FFFD."""
    if text.isprintable():
        return text
    return "\n".join(line if line.isprintable() else _replaced(line) for line in text.split("\n"))


def _replaced(line: str) -> str:
    return "".join(character if character.isprintable() or character == "\t" else "�" for character in line)
