"""The command line: the only room that prints, prompts, exits and reads the process environment."""
