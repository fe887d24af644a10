"""An environment's cluster.yaml: what `env update` saw of its cluster."""
