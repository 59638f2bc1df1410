"""Exit codes, the same for every command."""

DONE = 0  # done, or nothing new
PARTLY_REFUSED = 1  # part refused, the rest published
NOTHING_PUBLISHED = 2
LOCKED = 3  # another load holds the lock
INTERNAL_FAULT = 4  # the path of the log is said
USAGE = 64
INTERRUPTED = 130


class Stopped(Exception):
    """What ends a command and is no incident. The text is French: the user reads it."""

    exit_code = USAGE
