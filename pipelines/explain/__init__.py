"""A published value walked back to the deliveries, sheets, cells and lines that it is made of.

How a value is made is said by the dbt project alone: its analyses (`dbt_project/analyses/explication/`) stand on the
models that counted it, and run here over the raw rows of the home.
"""
