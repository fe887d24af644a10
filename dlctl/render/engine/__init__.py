"""The template engine: Jinja2 in which every expression stands for one whole value.

An expression writes a token into the text; the text, now a plain skeleton, is parsed as YAML; the
tokens are then replaced by the values. So no value can break out of its place.
"""
