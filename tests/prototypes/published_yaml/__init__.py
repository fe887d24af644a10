"""What users wrote by hand before dlctl: the YAML of the talks and posts in ../shared/seeds, as test data.

For a new block write a `Comparison` in the module of its seed (`text` reads it, `fields` has the words for
what differs), or a `Passage` that says why it is no object. `test_census` finds blocks that have neither;
`test_blocks` compares, and shows that each comparison can fail.
"""
