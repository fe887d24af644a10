"""The template language: unsupported syntax, operators, functions, undefined names, code generation."""
