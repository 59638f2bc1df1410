"""Periods, figures, words, progress, exit codes, refusals. Pure values: never the path of a file."""
