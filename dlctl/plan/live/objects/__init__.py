"""Find objects on a cluster by label or name, in few requests, without reading data of other apps."""
