"""What two bare DuckDB scripts write alike."""

# The label and the last day of a period that begins on `debut` and is a `kind`.
PERIOD = """case kind
        when 'mois' then strftime(debut, '%Y-%m')
        when 'trimestre' then year(debut) || '-T' || quarter(debut)
        else year(debut)::varchar
    end as periode,
    debut as periode_debut,
    (debut + case kind when 'mois' then interval 1 month when 'trimestre' then interval 3 month else interval 1 year end
        - interval 1 day)::date as periode_fin,"""
