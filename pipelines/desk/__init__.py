"""The officer's desk: server-rendered pages on loopback, over the functions of the commands.

A page shows what `officer/` tells, a form does what `officer/` does, a long work is the command itself in a process of
its own. No rule about content, no sentence that a command would say otherwise.
"""
