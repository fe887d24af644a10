"""The public interface of the engine: one module per command, and the loop over environments."""
