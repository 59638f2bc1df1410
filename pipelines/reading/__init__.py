"""One file, in a child with limited memory: recognised, read, checked, and its verdict. Never the register."""
