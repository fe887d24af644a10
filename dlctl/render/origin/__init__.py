"""Where fields of rendered objects come from: templates, fragments, patches, parameters."""
