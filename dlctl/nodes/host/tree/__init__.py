"""A host's files below a root folder, read so that nothing in them can harm or stop the reader."""
