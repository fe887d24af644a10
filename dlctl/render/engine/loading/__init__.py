"""Load, check and compile template files; cache the bytecode."""
