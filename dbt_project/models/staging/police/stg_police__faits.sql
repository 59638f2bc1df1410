{{ faits_retenus('police', 'r.perimetre') }}
