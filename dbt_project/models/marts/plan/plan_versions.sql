select version, libelle, document, signature_date, signataire, valide_de, valide_a from {{ du_plan('versions') }} as v
