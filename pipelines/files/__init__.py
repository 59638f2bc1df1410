"""From bytes that a stranger wrote to cells and columns of text, guarded. Never what they mean, nor the register."""
