"""What keeps a home sound: verify, rebuild, upgrade, back up, restore. Nothing here reads a delivery."""
