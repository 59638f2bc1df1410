"""`vigie plan`: the plan as the published warehouse holds it."""
