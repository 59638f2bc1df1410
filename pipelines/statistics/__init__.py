"""What a statistician would sign: intervals, tests, trends, signals, and the words that follow from them.

Arrays in, arrays out; nothing here reads a file, knows an indicator or writes a page.
"""
