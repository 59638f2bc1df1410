"""What is set for this home: variables of the environment, limits, the identity of the département."""
