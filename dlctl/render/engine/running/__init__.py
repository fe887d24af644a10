"""Run templates: scope, output, expressions and runtime errors."""
