"""What the plan says against itself, read in its text by hand: the lines, the words, the figures that stand there."""

from __future__ import annotations

# (line, words) of both places, in the document as it is given; then the codes of the figures that stand there, as the
# transcription names them. Never written from what the rules gave.
Place = tuple[int, str]
Contradiction = tuple[list[Place], list[Place], set[str], set[str]]

A_2019, A_2018 = "I.A-LOT-{}-2019", "I.A-LOT-{}-2018"


def a(series: str) -> tuple[str, str]:
    return A_2019.format(series), A_2018.format(series)


CONTRADICTIONS: list[Contradiction] = [
    # Burglaries: table A, then the text.
    ([(148, "833")], [(166, "832 faits en 2019")], {a("CAMBRIOLAGES")[0]}, {"I.B.1-10"}),
    ([(148, "842")], [(166, "contre 845 en 2018")], {a("CAMBRIOLAGES")[1]}, {"I.B.1-11"}),
    # Destructions et dégradations: table A, then the text, under the same words.
    ([(151, "417")], [(160, "456 en 2019")], {a("DEGRADATIONS")[0]}, {"I.B.1-06"}),
    ([(151, "319")], [(160, "344 en 2018")], {a("DEGRADATIONS")[1]}, {"I.B.1-07"}),
    # Frauds in 2019: 880 in table A, « de 588 à 843 » in the text, whose 588 is table A's.
    ([(152, "880")], [(202, "passant de 588 à 843")], {a("ESCROQUERIES")[0]}, {"I.B.3-05"}),
    # More frauds than « escroqueries et infractions économiques et financières » in 2018.
    ([(152, "950")], [(202, "917 en 2018")], {a("ESCROQUERIES")[1]}, {"I.B.3-03"}),
    # Thefts with violence: 6 + 54 and 6 + 53 in table A, 44 and 48 in the text.
    ([(160, "44 en 2019")], [(145, "6"), (146, "54")],
     {"I.B.1-03"}, {a("VOLS_ARMES")[0], a("VOLS_VIOLENTS_SANS_ARME")[0]}),
    ([(160, "48 en 2018")], [(145, "6"), (146, "53")],
     {"I.B.1-04"}, {a("VOLS_ARMES")[1], a("VOLS_VIOLENTS_SANS_ARME")[1]}),
    # … and more violent thefts than violences crapuleuses, of which they are one kind.
    ([(146, "54")], [(182, "44 en 2019")], {a("VOLS_VIOLENTS_SANS_ARME")[0]}, {"I.B.2-07"}),
    ([(146, "53")], [(182, "49 en 2018")], {a("VOLS_VIOLENTS_SANS_ARME")[1]}, {"I.B.2-08"}),
    # AVIP: 44 + 523 + 254 + 126 = 947, not 945; 49 + 513 + 229 + 136 = 927, not 917.
    ([(182, "945 faits en 2019")], [(182, "523 en 2019"), (182, "254 en 2019"), (144, "126")],
     {"I.B.2-05"}, {"I.B.2-07", "I.B.2-09", "I.B.2-11", a("VIOLENCES_SEXUELLES")[0]}),
    ([(182, "917 en 2018")], [(182, "513 en 2018"), (182, "229 en 2018"), (144, "136")],
     {"I.B.2-06"}, {"I.B.2-08", "I.B.2-10", "I.B.2-12", a("VIOLENCES_SEXUELLES")[1]}),
    # 18.61 for 1 000 of 173 828 inhabitants is 3 235 attacks on property; 2 856 + 417 + 44 are already more.
    ([(162, "18,61"), (75, "173 828")], [(147, "2856"), (151, "417"), (160, "44 en 2019")],
     {"I.B.1-08"}, {a("VOLS_SANS_VIOLENCE")[0], a("DEGRADATIONS")[0], "I.B.1-03"}),
    # 68 700 burglaries at 5.57 for 1 000 are those of 12 million inhabitants.
    ([(170, "le taux national s'élève à 5,57")], [(148, "68 700")], {"I.B.1-22"}, {"I.A-FRA-CAMBRIOLAGES-2019"}),
    # A rise in words, a fall in figures.
    ([(188, "une hausse des violences sexuelles")], [(144, "126"), (144, "136")],
     {"I.B.2-A12"}, set(a("VIOLENCES_SEXUELLES"))),
    ([(164, "continuent de progresser en nombre")], [(160, "44 en 2019 contre 48 en 2018")],
     {"I.B.1-A05"}, {"I.B.1-03", "I.B.1-04"}),
    # « légèrement progressé », then « fortement augmenté sur tout le département ».
    ([(182, "ont légèrement progressé")], [(186, "les AVIP ont fortement augmenté sur tout le département")],
     {"I.B.2-A03"}, {"I.B.2-A08"}),
    # Six stakes, then five.
    ([(421, "Six enjeux")], [(1096, "cinq enjeux")], {"III.3-04"}, {"V.P4.A1-02"}),
    # « ces trois domaines », at the end of a chapter of four.
    ([(445, "ces trois domaines")],
     [(368, "1. La prévention"), (392, "2. La lutte"), (415, "3. La lutte"), (432, "4. La lutte")],
     {"III.4-05"}, {"III.4-05"}),
    # In 34 départements in February 2018, born of a plan of September 2019.
    ([(306, "34 départements en février 2018")], [(306, "présenté en septembre 2019")], {"II.1-06"}, {"II.1-08"}),
]  # fmt: skip

# Seen by another rule, and gone when the contradiction behind it is gone.
CONSEQUENCES: list[tuple[set[str], set[str]]] = [
    ({"I.A-LOT-DEGRADATIONS-EVO"}, {"I.B.1-05"}),  # 30.72 % and + 32.6 %: of 319 → 417 and 344 → 456 (151, 160)
    ({a("ESCROQUERIES")[0]}, {"I.B.3-02"}),  # 880 frauds in 843 (152, 202)
    ({"V.P4.A1-02"}, {"V.P4.A1-02"}),  # « cinq enjeux », then six of them (1096, 1098-1103)
    ({"I.B.1-A03"}, {"I.B.1-A05"}),  # « ont légèrement baissé » (160), « continuent de progresser » (164)
]

# To verify: the figures can be right. The first is the one that anyone would ask about.
SIGNALS: list[tuple[set[str], set[str]]] = [
    ({a("VOLS_VEHICULES")[0]}, {a("VOLS_ACCESSOIRES")[0]}),  # 171 and 171, one under the other (149, 150)
    ({"I.A-LOT-VIOLENCES_SEXUELLES-2016"}, {"I.A-LOT-VIOLENCES_SEXUELLES-2017"}),  # 82 and 82 (144)
    ({"I.B.2-06"}, {"I.B.3-03"}),  # 917 AVIP, 917 EIEF in 2018 (182, 202)
    ({"I.B.1-03"}, {"I.B.2-07"}),  # 44 vols avec violence, 44 violences crapuleuses (160, 182)
    ({"I.B.3-05"}, {"I.B.3-02"}),  # 843 frauds, 843 frauds and economic offences (202)
    ({"I.B.4-01"}, {"I.B.4-T-ACCIDENTS-2019"}),  # « 87 accidents graves », « Accidents 87 » (206, 212)
    ({"I.B.4-02"}, {"I.B.4-T-ACCIDENTS-2018"}),  # the same of 71
    ({"I.B.2-A04"}, {"I.B.2-07", "I.B.2-08"}),  # « stables », from 49 to 44 (182)
    ({"I.B.2-A08"}, {"I.B.2-05", "I.B.2-06"}),  # « fortement augmenté », from 917 to 945 (186)
    ({"I.B.1-A02"}, {"I.D-A03"}),  # appropriation: « stabilité » (160), « augmentation » (239)
    ({"I.B.2-04"}, {a("CBV")[1], "I.A-LOT-CBV-2017"}),  # « + 7 % … comme en 2018 » (180), 329 then 395 (143)
    ({"I.B.1-08"}, {"I.B.1-01"}),  # 18.61 ‰ is 3 235, the plan says 3 233 of what it does not define (160, 162)
    ({"I.B.1-01"}, {a("VOLS_SANS_VIOLENCE")[0], a("DEGRADATIONS")[0], "I.B.1-03"}),  # 3 233 (160)
    ({"I.B.1-02"}, {a("VOLS_SANS_VIOLENCE")[1], a("DEGRADATIONS")[1], "I.B.1-04"}),  # 3 285 (160)
]
