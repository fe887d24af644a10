"""Jobs: phases, reasons, and the table."""
