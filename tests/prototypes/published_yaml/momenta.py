"""Momenta's talk of 2018 on machine learning in many clouds: words, two tables, no YAML and no commands."""

SEED = "momenta-multicloud-ml.txt"
