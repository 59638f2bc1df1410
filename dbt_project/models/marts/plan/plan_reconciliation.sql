-- Each printed figure beside what each of its readings computes; which reading of its line is kept, and why.
with chiffres as (
    select
        r.*,
        l.n_imprimees, l.n_calculees, l.n_perimetres, l.ecart_pct as ligne_ecart_pct, l.explique, l.n_explicatives,
        count(*) over (partition by r.chiffre_code) as n_lectures,
        count(case when l.n_calculees > 0 then 1 end) over (partition by r.chiffre_code) as n_essayees,
        row_number() over (
            partition by r.chiffre_code order by case when l.retenue then 0 else 1 end, r.candidat
        ) = 1 as lecture_retenue
    from {{ ref('int_rapproches') }} as r
    left join {{ ref('int_lectures') }} as l
        on l.serie_code = r.serie_code and l.territoire_code = r.territoire_code and l.section = r.section
        and l.tableau = coalesce(r.tableau, '') and l.candidat = r.candidat
)

select
    j.chiffre_code,
    j.candidat,
    j.lecture_retenue,
    case
        when j.n_lectures = 1 and j.indicateurs is null and j.grandeur <> 'population' then 'Aucune lecture de cette série.'
        when j.n_lectures = 1 then 'La seule lecture connue de cette série.'
        when j.n_imprimees is null and j.lecture_retenue
            then 'La première de ' || j.n_lectures::string || ' lectures : un chiffre isolé ne permet pas de choisir.'
        when j.n_imprimees is null then 'Autre lecture : un chiffre isolé ne permet pas de choisir.'
        when j.lecture_retenue and j.n_essayees = 0
            then 'La première de ' || j.n_lectures::string || ' lectures : l''entrepôt n''a les valeurs d''aucune.'
        when j.lecture_retenue and j.explique
            then 'Explique les ' || j.n_imprimees::string || ' valeurs imprimées de la ligne, '
                || case when j.ligne_ecart_pct = 0 then 'exactement' else {{ ecart_fr('j.ligne_ecart_pct') }} end || ' : '
                || case
                    when j.n_essayees = 1 then 'la seule lecture essayée'
                    else 'la plus proche des ' || j.n_essayees::string || ' lectures essayées'
                end || case when j.n_essayees < j.n_lectures then ', sur ' || j.n_lectures::string || '.' else '.' end
        when j.lecture_retenue
            then 'La première de ' || j.n_lectures::string || ' lectures : ' || case
                    when j.n_essayees = 1 then 'la seule que l''on ait pu essayer'
                    else 'aucune des ' || j.n_essayees::string || ' que l''on a pu essayer'
                end || ' n''explique ' || case when j.n_essayees = 1 then 'pas ' else '' end || 'les '
                || j.n_imprimees::string || ' valeurs imprimées de la ligne.'
        when j.explique then 'Explique aussi la ligne, moins bien : ' || {{ ecart_fr('j.ligne_ecart_pct') }} || '.'
        when j.n_calculees = 0 then 'Non essayée : l''entrepôt n''a aucune valeur de la ligne.'
        when j.n_calculees < j.n_imprimees
            then 'N''explique pas la ligne : l''entrepôt n''a que ' || j.n_calculees::string || ' de ses '
                || j.n_imprimees::string || ' valeurs.'
        when j.n_perimetres > 1 then 'N''explique pas la ligne : les valeurs n''y ont pas toutes le même périmètre.'
        else 'N''explique pas la ligne : le plus grand écart annuel est de '
            || replace(j.ligne_ecart_pct::decimal(18, 2)::string, '.', ',') || ' %.'
    end as choix,
    j.n_lectures,
    case when j.n_imprimees is not null then j.n_essayees end as n_lectures_essayees,
    j.ligne_ecart_pct::decimal(18, 2) as ligne_ecart_pct,
    j.section,
    j.lieu,
    j.tableau,
    s.libelle as serie,
    j.territoire_code,
    j.territoire_lu as territoire_lu_code,
    j.periode,
    j.periode_reference,
    j.grandeur,
    j.valeur as valeur_imprimee,
    j.unite,
    j.qualificatif,
    j.retenu,
    j.verdict,
    j.calcul::decimal(18, 2) as valeur_calculee,
    case when j.verdict <> 'egal' then (j.calcul - j.valeur)::decimal(18, 2) end as ecart,
    case
        when j.verdict <> 'egal' and j.grandeur = 'nombre'
            then round(100.0 * (j.calcul - j.valeur) / nullif(abs(j.valeur), 0), 1)::decimal(18, 1)
    end as ecart_pct,
    case when j.habitants is not null then 'POPULATION' else j.indicateurs end as indicateurs,
    case when j.habitants is not null then 'Population municipale, recensement de ' || j.millesime::string else j.libelles end
        as definition,
    case when j.habitants is not null then 'insee_populations' else j.source end as source,
    case when j.habitants is not null then 'complet' else j.perimetre_calcule end as perimetre,
    j.motif_code,
    case
        when j.verdict <> 'non_calculable' then null
        when j.motif_code = j.motif_valeur_code then j.motif_valeur
        else m.libelle
    end as motif,
    j.note_reponse as note,
    j.lot_livraisons,
    j.texte
from chiffres as j
inner join {{ ref('series') }} as s on s.serie_code = j.serie_code
left join {{ ref('motifs') }} as m on m.motif_code = j.motif_code
