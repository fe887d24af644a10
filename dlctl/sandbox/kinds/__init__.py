"""The kinds that a sandbox serves without their operators."""
