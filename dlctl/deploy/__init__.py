"""Apply and delete: the only package that writes to a cluster."""
