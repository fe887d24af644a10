"""The names of the operators, for who needs no more of them."""

TRAINING_OPERATOR = "training-operator"
TRAINER = "trainer"
NAMES = (TRAINING_OPERATOR, TRAINER)
