"""What reception accepts never makes a load fail: files mutated cell by cell and row by row."""
