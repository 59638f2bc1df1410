"""The `vigie` command: English verbs, French words. Each command imports only what it needs."""

import os
import sys

from pipelines import interruption

# Before the imports of `pipelines.cli.main`, which take a second on a slow disk; and only in the command itself.
if os.path.basename(sys.argv[0]) == "vigie" or (sys.argv[0] == "-m" and "pipelines.cli.main" in sys.orig_argv):
    interruption.watch()
