"""What the figures of a report are and are not, in the words of its last page."""

from __future__ import annotations

_SAID = (
    "Un intervalle donne les valeurs entre lesquelles le hasard seul ferait varier le nombre, à 95 % (Garwood sous 10, "
    "Byar au-delà).",
    "« Hausse » et « baisse » viennent d'un test, jamais du pourcentage : le nombre contre celui d'un an avant, "
    "leur somme étant donnée. Un nombre varie souvent plus que le hasard seul ne le ferait : sa dispersion est "
    "mesurée sur les années passées de la série et des indicateurs de tête (loi binomiale négative). Sans passé "
    "connu, c'est celle du hasard (loi de Poisson). L'intervalle du rapport suit la même loi.",
    "Les indicateurs de tête, un par phénomène que suit le plan, sont testés ensemble, une fois par période : à 5 "
    "%, et de sorte qu'un dixième au plus des évolutions annoncées soit l'effet du hasard (Benjamini et "
    "Hochberg). Les parties d'un indicateur ne sont testées à leur tour que s'il est lui-même en hausse ou en "
    "baisse.",
    "« À explorer » : le test donne au plus 5 %, mais l'indicateur n'est pas de ceux dont on conclut. Sur vingt "
    "de ces tests, le hasard en donne un.",
    "« Pas d'évolution établie » ne veut pas dire que rien n'a changé : aucun test ne montre cela. De 0 à 0, il "
    "n'y a pas de test. La France, la région et les territoires du département sont décrits, non testés. Une "
    "moyenne est testée comme la somme qu'elle résume.",
    "Un chiffre n'a qu'un verdict : le même dans les deux éditions, et pour l'année, les douze mois ou le cumul "
    "qui couvrent les mêmes jours. Il n'est pas donné s'il ferait connaître un petit nombre.",
    "Un niveau « inhabituellement » élevé ou bas est relevé par une carte de contrôle (XmR), une fois la saison ôtée. "
    "Ses limites sont celles des premières périodes depuis la dernière rupture (36 mois, 12 trimestres ou 12 années) ; "
    "elles ne changent que par décision. Un niveau est inhabituel quand son point est hors des limites, ou le dernier "
    "de sept points d'un même côté de la moyenne, ou qui tous montent ou tous descendent.",
    "Aucun pourcentage quand l'un des deux nombres est inférieur à 10 : les deux nombres sont donnés.",
    "Rien n'est comparé par-dessus une rupture de série qui touche plus d'un vingtième de la valeur, ni "
    "par-dessus un trou ; ce qui manque n'est jamais 0.",
    "Un chiffre provisoire peut encore changer ; le mot qui l'accompagne aussi.",
    "Les réalisations du plan (réunions, caméras, formations) sont comparées à leur cible, jamais au hasard.",
)
_PUBLIC = (
    "De 1 à 4 personnes (de 1 à 10 pour les violences sexuelles, les mineurs et les personnes reçues par un "
    "intervenant social), le nombre n'est pas publié ; d'autres ne le sont pas non plus, pour qu'il ne se déduise "
    "de rien. Ce que les ministères publient déjà n'est pas masqué."
)


def methods(kind: str) -> list[str]:
    """Return the notes of an edition."""
    return [*_SAID, *([_PUBLIC] if kind == "publique" else [])]
