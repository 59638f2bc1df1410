"""What Vigie costs, against a bare script and against what most people would write."""
