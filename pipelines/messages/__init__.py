"""The messages that leave: composed, kept, sent once, and the journal of what came of each. Never what a file holds."""
