"""The names of the operators, importable without the operators themselves."""

TRAINING_OPERATOR = "training-operator"
TRAINER = "trainer"
KUBERAY = "kuberay"
NAMES = (TRAINING_OPERATOR, TRAINER, KUBERAY)
