"""The template language: syntax that is refused, operators, functions, undefined names, code generation."""
