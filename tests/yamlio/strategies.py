"""Hypothesis strategies for JSON values, with the strings that YAML readers trip over."""

from hypothesis import strategies as st

AWKWARD = (
    "", " ", "~", "null", "Null", "true", "Yes", "no", "on", "OFF", "y", "N", "=", "<<", "-", "--",
    "---", "...", "?", ":", "a:", "a: b", "a #b", "#a", "1", "0123", "0o7", "0x1F", "0b1", "1_000",
    "1,000", "1:30", "1:30.5", "190:20:30", "1e3", "1E3", "1.", ".5", "+.5", "-1", "+1", "1e+3",
    ".inf", "-.INF", ".NaN", "2026-01-01", "2026-1-1 00:00:00", "2001-12-14t21:59:43.10-05:00",
    "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'", '"', "''", "it's", '"q"', "\\", "\\n",
    "C:\\x", "[a]", "{a: 1}", "a, b", "a,b", "a]", "-a", "--a", "---a", "- a", "? a", "?a", ":a",
    "::", "a:b", "http://x:80/", "\t", "a\tb", "a\t", "\n", "\n\n", "a\n", "a\n\n", "a\nb", " a\nb",
    "a\n b\n", "a\n\nb\n", "a \nb", "a\n \nb", "\na", "\ta\nb", "a\n\tb\n", "#a\nb", "a\n#b",
    "a\n---\nb\n", "---\na", "a\r\nb", "a\rb", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "a\x85b",
    "\xa0", "a\u2028b", "\u2029", "\ufeff", "\ufeffa", "\u200b", "\u202e", "é", "日本", "😀",
    "a😀\nb\n", "\ufffd", "\U0010ffff", "1.2.3", "10.0.0.1", "8080:80", "nvidia.com/gpu", "{{ x }}",
    "$(A)", "a b", "a  b", "x" * 1200,
)  # fmt: skip
"""Each of these was seen to change in some YAML reader or writer, or is next to one that was."""

characters = st.characters(exclude_categories=["Cs"])
strings = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(characters, max_size=12),
    st.text(
        st.sampled_from(" \t\n#:-?,[]{}'\"\\|>&*!%@`=~<0123456789.eE+_xoaAnNyY\x85\u2028é😀"), max_size=8
    ),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e16, 1e-7, -0.0, 1.5e300, 5e-324, 2**63, -(10**30)]),
    strings,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(strings, inner, max_size=4)),
    max_leaves=12,
)
"""Any JSON value."""
