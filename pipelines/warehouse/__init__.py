"""How dbt is called: its environment, its prepared manifest, its build file. The models are in `dbt_project/`."""
