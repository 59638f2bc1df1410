"""Public files, from the producers' catalogues to the landing folder. Nothing else of Vigie needs the network."""
