"""What analysts query: one file, always whole, swapped when a build is sound."""
