{{ faits_retenus('gendarmerie', "cast(null as string)") }}
