"""What reception accepts never makes a load fail: the delivery that breaks a build is found and set aside by itself."""
