{{ faits_retenus('gendarmerie', "cast(null as varchar)") }}
