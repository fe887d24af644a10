"""Detection: the hardware of a host, as a pure function of its root folder. Nothing here knows a network."""
