"""One command a capability: it does what was promised, and prints a line per demand."""
