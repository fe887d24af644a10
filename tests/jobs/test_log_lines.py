"""Lines of logs that arrive in parts, and which of them are new after a broken connection."""

from collections.abc import Iterator

from dlctl.jobs.logs.lines import CUT, LONGEST, last_segment, lines_of
from dlctl.jobs.logs.seen import KEPT, Seen


def test_lines_are_whole_whatever_the_parts_are() -> None:
    text = "one\ntwo ü\r\n\nlast"
    data = text.encode()
    for size in (1, 2, 5, len(data)):
        parts = [data[start : start + size] for start in range(0, len(data), size)]
        assert list(lines_of(parts)) == ["one", "two ü", "", "last"]
    long = b"x" * (LONGEST + 100)
    assert list(lines_of([long[:70], long[70:], b"y\nnext\n"])) == ["x" * LONGEST + CUT, "next"]
    assert last_segment("10%\r20%\r30%") == "30%"


def test_an_incomplete_line_of_a_broken_connection_is_dropped() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one\ntw"
        raise ConnectionError

    found = []
    try:
        for line in lines_of(broken()):
            found.append(line)  # noqa: PERF402
    except ConnectionError:
        found.append("cut")
    assert found == ["one", "cut"]


def stamped(second: int, text: str, fraction: str = "") -> str:
    return f"2026-01-01T00:{second // 60:02}:{second % 60:02}{fraction}Z {text}"


def read(seen: Seen, lines: list[str]) -> list[str]:
    seen.resume()
    return [new[1] for line in lines if (new := seen.new(line)) is not None]


def test_lines_that_come_again_are_left_out_and_equal_new_ones_are_not() -> None:
    seen = Seen()
    assert seen.since == ""
    log = [stamped(1, "a"), stamped(9, "b"), stamped(10, "same"), stamped(10, "same")]
    assert read(seen, log) == ["a", "b", "same", "same"]
    assert seen.since == "2026-01-01T00:00:09Z"
    log += [stamped(10, "same"), stamped(11, "c")]
    assert read(seen, log[1:]) == ["same", "c"]
    assert read(seen, log[2:]) == []
    assert read(seen, ["the node says something"]) == ["the node says something"]


def test_lines_before_the_first_known_one_were_left_out_by_tail() -> None:
    seen = Seen()
    log = [stamped(5, f"line {number}") for number in range(10)]
    assert read(seen, log[-3:]) == ["line 7", "line 8", "line 9"]
    assert read(seen, [*log, stamped(6, "next")]) == ["next"]


def test_a_log_that_was_rotated_meanwhile_goes_on_with_what_is_left() -> None:
    seen = Seen()
    read(seen, [stamped(5, "gone", ".1")])
    assert read(seen, [stamped(5, "left", ".2"), stamped(6, "next")]) == ["left", "next"]


def test_many_lines_in_one_second_take_bounded_memory_and_come_once() -> None:
    seen = Seen()
    log = [stamped(5, f"line {number}", f".{number:09}") for number in range(KEPT + 500)]
    assert len(read(seen, log)) == len(log)
    assert read(seen, [*log, stamped(5, "new", ".9")]) == ["new"]
