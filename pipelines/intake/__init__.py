"""From a file in the landing folder to canonical rows: plain functions, no orchestrator.

recognise (tables of `sources/`) → hash and archive → parse in a limited worker → register.
"""
