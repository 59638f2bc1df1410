"""Disclosure control: which cells the public edition withholds, so that no withheld one can be worked out.

Works on cells and the linear relations between them; nothing here knows a source, a page or a file.
"""
