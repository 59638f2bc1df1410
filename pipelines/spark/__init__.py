"""The same dbt models on Apache Spark, over the same raw rows. Nothing here knows what a model says.

It runs in the environment of requirements-engines.lock, where Vigie's own libraries are not; Vigie never imports it.
"""
