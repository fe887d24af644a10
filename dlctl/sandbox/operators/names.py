"""The names of the operators, importable without the operators themselves."""

TRAINING_OPERATOR = "training-operator"
TRAINER = "trainer"
NAMES = (TRAINING_OPERATOR, TRAINER)
