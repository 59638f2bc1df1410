"""What leaves the house: a quarter's figures as they were given, written once.

Reads the published warehouse, writes `snapshots/`; nothing here draws a page.
"""
