"""For each rule of coherence, a change of the plan's tables that it must catch, and a near one that it must not."""

from __future__ import annotations


def change(code: str, **values: object) -> str:
    """One printed figure, printed otherwise."""
    said = ", ".join(f"{k} = {_sql(v)}" for k, v in values.items())
    return f"update chiffres_imprimes set {said} where chiffre_code = '{code}'"


def another(model: str, code: str, **values: object) -> str:
    """One more printed figure, like that one but for what is given."""
    said = ", ".join(f"{_sql(v)} as {k}" for k, v in {"chiffre_code": code, **values}.items())
    return (
        f"insert into chiffres_imprimes select * replace ({said}) from chiffres_imprimes where chiffre_code = '{model}'"
    )


def _sql(value: object) -> str:
    return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


def claim(code: str, **values: object) -> str:
    said = ", ".join(f"{k} = {_sql(v)}" for k, v in values.items())
    return f"update affirmations set {said} where affirmation_code = '{code}'"


# The rule, the change that it must catch, the near one that it must not, and a figure or a claim that it then names.
PROSE = {"tableau": None, "ligne": None, "colonne": None, "section": "I.B.1", "retenu": False}
CBV_2019, CBV_2018 = "I.A-LOT-CBV-2019", "I.A-LOT-CBV-2018"


def quarters(*values: int) -> list[str]:
    """Quarters of 2018, whose year is printed 395."""
    return [
        another(CBV_2018, f"X{q}", periode_type="trimestre", periode=f"2018-T{q}", valeur=v, **PROSE)
        for q, v in enumerate(values, 1)
    ]


CASES: dict[str, tuple[str, list[str], list[str], str]] = {
    "another value of a cell": (
        "REDITE", [another(CBV_2019, "X", valeur=422, imprime="422", **PROSE)],
        [another(CBV_2019, "X", valeur=421, imprime="421", **PROSE)], "X"),
    "another rounding of a cell": (
        "REDITE", [another("I.A-FRA-CBV-2019", "X", valeur=258500, imprime="258 500", arrondi=10, **PROSE)],
        [another("I.A-FRA-CBV-2019", "X", valeur=258380, imprime="258 380", arrondi=10, **PROSE)], "X"),
    "about": (
        "REDITE", [another(CBV_2019, "X", valeur=300, imprime="300", qualificatif="environ", **PROSE)],
        [another(CBV_2019, "X", valeur=400, imprime="400", qualificatif="environ", **PROSE)], "X"),
    "more than is no value": (
        "REDITE", [another(CBV_2019, "X", valeur=400, imprime="400", **PROSE)],
        [another(CBV_2019, "X", valeur=400, imprime="400", qualificatif="plus_de", **PROSE)], "X"),
    "another territory is another figure": (
        "REDITE", [another(CBV_2019, "X", valeur=99, imprime="99", **PROSE)],
        [another(CBV_2019, "X", valeur=99, imprime="99", territoire_code="ZPN-46", **PROSE)], "X"),
    "another period is another figure": (
        "REDITE", [another(CBV_2019, "X", valeur=380, imprime="380", **PROSE)],
        [another(CBV_2019, "X", valeur=380, imprime="380", periode_type="cumul", periode="2019-11", **PROSE)], "X"),
    "a change badly computed": (
        "EVOLUTION", [change("I.A-LOT-CBV-EVO", valeur=6.85)], [change("I.A-LOT-CBV-EVO", valeur=6.6, arrondi=0.1)],
        "I.A-LOT-CBV-EVO"),
    "a change of rounded counts": (
        "EVOLUTION", [change("I.A-FRA-CBV-EVO", valeur=8.40)], [change("I.A-FRA-CBV-EVO", valeur=8.32)],
        "I.A-FRA-CBV-EVO"),
    "a change of the other sign": (
        "EVOLUTION", [change("I.A-LOT-VIOLENCES_SEXUELLES-EVO", valeur=7.35)], [], "I.A-LOT-VIOLENCES_SEXUELLES-EVO"),
    "a rate that its count does not give": (
        "TAUX", [change("I.B.1-21", valeur=4.97)], [change("I.B.1-21", valeur=4.8, arrondi=0.1)], "I.B.1-21"),
    "a rate and a number that suppose another population": (
        "TAUX_POPULATION", [change("I.A-FRA-CAMBRIOLAGES-2019", valeur=330000)],
        [change("I.A-FRA-CAMBRIOLAGES-2019", valeur=370000)], "I.A-FRA-CAMBRIOLAGES-2019"),
    "a rate and a number of another year": (
        "TAUX_POPULATION", [change("I.B.1-22", periode="2017")], [change("I.B.1-22", periode="2015")],
        "I.A-FRA-CAMBRIOLAGES-2017"),
    "a density": (
        "PRODUIT", [change("INT.I-03", valeur=35)], [change("INT.I-03", valeur=33.3, arrondi=0.1)], "INT.I-01"),
    "a half-time is half a post": ("PRODUIT", [change("V.P2.A1-03", valeur=2)], [], "V.P2.A1-03"),
    "a total and all its parts": ("TOTAL", [change("I.B.2-20", valeur=2)], [], "I.B.2-19"),
    "a total and some of its parts": (
        "TOTAL",
        [another("I.B.1-17", "X", serie_code="CAMBRIOLAGES_SECONDAIRES", valeur=201)],
        [another("I.B.1-17", "X", serie_code="CAMBRIOLAGES_SECONDAIRES", valeur=200)], "X"),
    "a part above its whole": (
        "PARTIE", [change(CBV_2019, valeur=524)], [change(CBV_2019, valeur=523)], CBV_2019),
    "a part of a part": (
        "PARTIE", [change("I.A-LOT-CAMBRIOLAGES-2018", valeur=3061)],
        [change("I.A-LOT-CAMBRIOLAGES-2018", valeur=3060)], "I.A-LOT-CAMBRIOLAGES-2018"),
    "more accidents than victims": (
        "BORNE", [change("I.B.4-T-ACCIDENTS-2019", valeur=111)], [change("I.B.4-T-ACCIDENTS-2019", valeur=110)],
        "I.B.4-T-ACCIDENTS-2019"),
    "companies and squadron make the group": (
        "TERRITOIRE_TOTAL", [change("I.D-GOURDON-2016", valeur=132)], [], "I.D-GGD-2016"),
    "without the squadron, only too much is wrong": (
        "TERRITOIRE_TOTAL",
        ["delete from chiffres_imprimes where chiffre_code = 'I.D-EDSR-2016'", change("I.D-GGD-2016", valeur=283)],
        ["delete from chiffres_imprimes where chiffre_code = 'I.D-EDSR-2016'"], "I.D-GGD-2016"),
    "a company above its département": (
        "TERRITOIRE_PARTIE", [change("I.B.1-16", valeur=834)], [change("I.B.1-16", valeur=833)], "I.B.1-16"),
    "a town above its département": (
        "TERRITOIRE_PARTIE", [change("INT.I-09", valeur=198780)], [], "INT.I-09"),
    "four quarters and the year": (
        "PERIODE",
        quarters(100, 100, 100, 96), quarters(100, 100, 100, 95), CBV_2018),
    "three quarters under the year": (
        "PERIODE",
        quarters(140, 140, 140), quarters(100, 100, 100), CBV_2018),
    "a list shorter than announced": (
        "ENUMERATION", ["delete from enumerations where chiffre_code = 'INT.IV-03' and rang = 5"], [], "INT.IV-03"),
    "a number and the titles of its chapter": (
        "ENUMERATION", [change("III.4-05", valeur=5)], [change("III.4-05", valeur=4)], "III.4-05"),
    "renewed before it was created": (
        "CHRONOLOGIE", [change("II.1-02", periode="2005-12-07")],
        [change("II.1-02", periode="2006", periode_type="annee")], "II.1-02"),
    "a rise that is a fall": (
        "AFFIRMATION_CHIFFRES", [change("I.B.2-11", valeur=220)], [change("I.B.2-11", valeur=230)], "I.B.2-A06"),
    "a fall that is a rise": ("AFFIRMATION_CHIFFRES", [change("I.B.1-23", valeur=17.7)], [], "I.B.1-A12"),
    "a rise each year": (
        "AFFIRMATION_CHIFFRES", [change("I.A-LOT-VOLS_ACCESSOIRES-2017", valeur=120)],
        [change("I.A-LOT-VOLS_ACCESSOIRES-2017", valeur=134)], "I.B.1-A14"),
    "a majority": (
        "AFFIRMATION_CHIFFRES", [change("I.A-LOT-VOLS_SANS_VIOLENCE-2019", valeur=1600)],
        [change("I.A-LOT-VOLS_SANS_VIOLENCE-2019", valeur=1640)], "I.B.1-A01"),
    "a rate below another": (
        "AFFIRMATION_CHIFFRES", [change("I.B.2-14", valeur=5.43)], [change("I.B.2-14", valeur=5.46)], "I.B.2-A07"),
    "a share that falls": (
        "AFFIRMATION_CHIFFRES",
        ["update affirmations set territoire_code = 'DEP-46', autre_serie_code = 'VOLS_SANS_VIOLENCE', "
         "periode_reference = '2018' where affirmation_code = 'I.B.1-A07'"],
        ["update affirmations set territoire_code = 'DEP-46', autre_serie_code = 'VOLS_SANS_VIOLENCE' "
         "where affirmation_code = 'I.B.1-A07'"], "I.B.1-A07"),
    "more than another": (
        "AFFIRMATION_CHIFFRES",
        [claim("I.B.1-A08", territoire_code="DEP-46", serie_code="VOLS_VEHICULES")],
        [claim("I.B.1-A08", territoire_code="DEP-46", serie_code="ESCROQUERIES")], "I.B.1-A08"),
    "more than another, and more before": (
        "AFFIRMATION_CHIFFRES",
        [claim("I.B.1-A08", territoire_code="DEP-46", serie_code="VOLS_SANS_VIOLENCE")],
        [claim("I.B.1-A08", territoire_code="DEP-46", serie_code="ESCROQUERIES")], "I.B.1-A08"),
    # 6.6 % after 20.1 %, and after 3.1 %: the level rises in all three years.
    "a faster rise": (
        "AFFIRMATION_CHIFFRES",
        [claim("I.B.2-A02", serie_code="CBV", autre_periode="2018", autre_periode_reference="2017")],
        [claim("I.B.2-A02", serie_code="CBV")], "I.B.2-A02"),
    "no rise": (
        "AFFIRMATION_CHIFFRES", [claim("I.B.4-A03", periode="2019", periode_reference="2018")],
        [claim("I.B.4-A03", periode="2019", periode_reference="2018", serie_code="VIOLENCES_SEXUELLES")], "I.B.4-A03"),
    "two claims": (
        "AFFIRMATIONS_OPPOSEES", [claim("I.D-A03", periode_reference="2018")], [claim("I.D-A03", periode="2018")],
        "I.D-A03"),
    "words too strong": ("AFFIRMATION_SEUIL", [change("I.B.2-09", valeur=570)], [change("I.B.2-09", valeur=560)],
                         "I.B.2-A05"),
    "two claims of other years": (
        "AFFIRMATIONS_PERIODES", [claim("I.B.2-A08", periode_reference="2016")],
        [claim("I.B.2-A08", periode_reference="2016", relation="hausse")], "I.B.2-A08"),
    "one value in two neighbouring rows": (
        "VALEUR_VOISINE", [change("I.A-LOT-DEGRADATIONS-2017", valeur=696)],
        [change("I.A-LOT-DEGRADATIONS-2017", valeur=948)], "I.A-LOT-DEGRADATIONS-2017"),
    "small counts are often equal": (
        "VALEUR_VOISINE", [change("I.A-LOT-VOLS_VIOLENTS_SANS_ARME-2016", valeur=82),
                           change("I.A-LOT-VOLS_ARMES-2016", valeur=82)],
        [change("I.A-LOT-VOLS_VIOLENTS_SANS_ARME-2016", valeur=2)], "I.A-LOT-VOLS_ARMES-2016"),
    "two years the same": (
        "VALEUR_FIGEE", [change(CBV_2019, valeur=395)], [change("I.A-LOT-CBV-2017", valeur=421)], CBV_2019),
    "one number in two sentences": (
        "VALEUR_RECOPIEE", [change("I.B.2-12", valeur=845)], [change("I.B.2-12", valeur=842)], "I.B.2-12"),
    "a part that is the whole": (
        "PARTIE_EGALE", [change(CBV_2019, valeur=523)], [change(CBV_2019, valeur=522)], CBV_2019),
    "ten times": ("FACTEUR_DIX", [change("I.A-LOT-ESCROQUERIES-2017", valeur=6960)],
                  [change("I.A-LOT-ESCROQUERIES-2017", valeur=2088)], "I.A-LOT-ESCROQUERIES-2017"),
    "two series of one phenomenon": (
        "SERIES_VOISINES", [change("I.B.2-03", valeur=18)], [change("I.B.2-03", valeur=12)], "I.B.2-03"),
    "a rate and a count that the plan does not define": (
        "TAUX_A_VERIFIER", [change("I.B.1-01", valeur=3237)], [change("I.B.1-01", valeur=3235)], "I.B.1-01"),
    "a total that the plan does not define": (
        "TOTAL_A_VERIFIER", [change("I.B.1-01", valeur=3318)], [change("I.B.1-01", valeur=3317)], "I.B.1-01"),
}  # fmt: skip
