"""What keeps a home sound and brings it back: verify, rebuild, upgrade, back up, restore. Nothing here reads a delivery."""
