"""The command line: the only package that prints, prompts, exits and reads the process environment."""
