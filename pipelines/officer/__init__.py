"""What the data officer is told and decides: the same sentences and the same acts for the commands and for the desk.

Nothing here prints, draws a page or asks for an HTTP request.
"""
