"""What looks like a person is found and never quoted; what looks like a slip of the keyboard is quoted."""

from __future__ import annotations

import pytest

from pipelines.personal.detect import (
    header_is_personal,
    misplaced_text,
    personal_name_of,
    personal_sign,
    personal_value,
)
from pipelines.reading.counts import read_counts
from tests.support.processor import processor_seconds

PHONE, NIR, BANK = "un numéro de téléphone", "un numéro de sécurité sociale", "un numéro de compte bancaire"
PLATE, PAPERS, MAIL = "une plaque d'immatriculation", "un numéro de pièce d'identité", "une adresse électronique"
BIRTH, ADDRESS, NAME = "une naissance", "une adresse", "le nom d'une personne"

# The account is the specimen of banks, the NIR of 15 digits has the key that its rule gives: 97 - n mod 97.
FOUND = {
    PHONE: [
        "+33 (0)6 39 98 76 54", "+33639987654", "+33.6.39.98.76.54", "0033639987654", "0033 6 39 98 76 54",
        "06/12/34/56/78", "06-39-98-76-54", "06.39.98.76.54", "06 39 98 76 54", "0639987654", "06 399 876 54",
        "06\u00a039\u202f98 76 54", "0639 98 76 54", "tél : 639987654", "Tel. 6 39 98 76 54", "05 65 23 10 46",
        "+32 470 12 34 56", "06 39 98 76 54, à rappeler",
    ],
    BANK: [
        "FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", "IBAN FR76-3000-6000-0112-3456-7890-189",
        "30006 00001 12345678901 89", "DE89 3704 0044 0532 0130 00",
    ],
    PLATE: ["AB-123-CD", "AB 123 CD", "AB123CD", "ab-123-cd", "véhicule AB-123-CD", "1234 AB 46", "123 ABC 46"],
    NIR: [
        "1 87 07 46 042 123 45", "1870746042123", f"1870746042123{97 - 1870746042123 % 97:02d}", "2 85 12 2A 004 112",
        "n° sécu 2020746042123",
    ],
    PAPERS: ["passeport n° 12AB34567", "CNI 070146201234", "permis de conduire n° 880246123456"],
    MAIL: [
        "z.quatrebarbes@example.org", "zoe (at) gmail.com", "zoe [arobase] gmail.com", "zoe arobase orange point fr",
        "zoe at gmail dot com", "jean.dupont@interieur.gouv.fr",
    ],
    BIRTH: [
        "née le 4 mars", "né à Cahors", "Né le 14/07/1987", "né(e) le 14/07/1987", "NEE LE 14/07/1987", "14/07/1987",
        "14.07.1987", "14-07-87", "14 juillet 1987", "1987-07-14", "Quatrebarbes 14/07/1987", "mineur, 12/03/2014",
        "date de naissance : 14 juillet 1987",
    ],
    ADDRESS: [
        "12 bis rue des Lilas", "12, rue des lilas", "3 place Gambetta", "1250 route de Figeac", "1 Rue Wilson",
        "46000 CAHORS", "46100 Figeac", "lieu-dit Bramefond", "au lieu-dit « Les Vignes »", "46005 CAHORS CEDEX",
    ],
    NAME: [
        "M. Dupont", "M Dupont", "MM. Dupont et Durand", "Mme Quatrebarbes", "Monsieur Dupont", "MADAME DUPONT",
        "mme dupont", "Mme Le Gall", "Mme D.", "Dr Quatrebarbes", "mineur X", "mineur Kévin", "victime Quatrebarbes",
        "DUPONT Jean",
        "DUPONT Marie", "QUATREBARBES Zoé (victime)", "Jean DUPONT", "Jean Dupont", "DUPONT JEAN", "Dupont Jean",
        "jean dupont", "Jean-Pierre Durand", "Pierre Dupont", "Marie de La Fontaine", "vu avec Paul Martin hier",
        "l'adjudant DUPONT", "Capitaine Quatrebarbes", "rempli par Quatrebarbes", "Signataire : DUPONT", "ROUX Jean",
        "LE GALL Yann",
    ],
}  # fmt: skip

LEGITIMATE = [
    "Nom de la région", "DGE", "dossier 2024000123", "n° 2024000123", "21460042300015", "460780216", "200067361",
    "EPCI-200067361", "COM-46042", "CIAT DE CAHORS", "CGD CAHORS", "CGD FIGEAC", "EDSR DU LOT", "Saint-Jean-de-Laur",
    "Saint Jean Lagineste", "Eau Claire", "Marché de Noël Cahors", "Victime Femme",
    "rue du Commandant Charcot", "rempli par CGD CAHORS", "Contact : préfecture",
    "le capitaine de la compagnie", "Référent : DDSP", "validé par Monsieur le Préfet", "caserne Colonel Teyssier",
    "SAINT PIERRE TOIRAC", "Rue", "collège Jean Moulin", "lycée Clément Marot",
    "groupe scolaire Pierre Ségala", "hôpital Jean Rougier", "stade Lucien Desprats", "école de la rue Wilson",
    "rue du Docteur Bergounioux", "place François Mitterrand", "M. le Préfet", "Mme la Procureure", "Monsieur Le Maire",
    "MADAME LA PREFETE", "Mineurs mis en cause", "mineur MEC", "Nombre de victimes Cahors", "réunion du 12/03/2024",
    "12/03/2024", "2021-05-11", "arrêté du 14/07/1987", "loi du 29 juillet 1881", "au 1er janvier 1999", "T4 2019",
    "population née à l'étranger", "enfants nés en 2019", "ne le remplir que si c'est connu", "travaux 2024 rue Wilson",
    "D 820 route de Toulouse", "3 places de stationnement", "1 place d'hébergement d'urgence", "46042 Cahors",
    "46000 EUROS", "12000 Euros", "1 579 000 €", "1 234 567 890", "01 02 03 04 05 06 07 08", "01/02/2020 05/02/2020",
    "RD 653 ET RD 820", "2018 GGD 46",
    "8,00596671103936", "283150,6619859579", "2020 RD 46", "06 2020 2021", "48.0639987654", "201300000001", "M", "NC",
    "ssmsi-communication@interieur.gouv.fr", "rendez-vous @ 10h", "VOLS A MAIN ARMEE", "12 M. euros", "10 m. environ",
    "chiffre provisoire, un service n'a pas répondu", "Police nationale", "vacances de Pâques", "P1.A1.I1",
    "PLAIGNANT jusqu'au 28/02/2015 puis VICTIME depuis le 01/03/2015", "{06399876-5432-4A6B-8C7D-0639987654AB}",
    "année 2019", "dossier 2024-PDASR-13",
]  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in FOUND.items() for text in texts])
def test_a_person_is_found(what: str, text: str) -> None:
    sign = personal_sign(text)
    assert sign is not None
    assert sign.what == what


@pytest.mark.parametrize("text", LEGITIMATE)
def test_nobody_is_seen_where_nobody_is(text: str) -> None:
    assert personal_sign(text) is None


def test_an_account_number_with_another_key_is_none() -> None:
    assert personal_sign("FR76 3000 6000 0112 3456 7890 188") is None
    assert personal_sign(f"1870746042123{(97 - 1870746042123 % 97) % 97 + 1:02d}") is None


@pytest.mark.parametrize(("value", "what"), [
    (639987654.0, PHONE), (1870746042123.0, NIR), (200067361.0, None), (21460042300015.0, None), (107.0, None),
    (2024000123.0, None), (float("nan"), None), (float("inf"), None),
])  # fmt: skip
def test_a_number_that_lost_its_zero(value: float, what: str | None) -> None:
    sign = personal_value(value)
    assert (sign.what if sign else None) == what


@pytest.mark.parametrize(("name", "personal"), [
    ("retour_DUPONT_Jean_mars.xlsx", True), ("Dupont-Jean/retour.csv", True), ("0639987654.csv", True),
    ("M_Dupont.xlsx", True), ("retour CGD CAHORS 2021-03.xlsx", False), ("caract-2023.csv", False),
    ("donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv", False), ("lycee-Jean-Moulin.csv", False),
    ("crimes-et-delits-services-depuis-2012.xlsx", False), ("14-07-1987.csv", False),
])  # fmt: skip
def test_names_of_files(name: str, personal: bool) -> None:
    assert (personal_name_of(name) is not None) is personal


@pytest.mark.parametrize("text", [t for texts in FOUND.values() for t in texts])
def test_a_person_in_a_cell_of_numbers_is_not_said(text: str) -> None:
    assert misplaced_text(text) is None
    _, [defect], _ = read_counts("Feuille", [["x", text]], [0], [1])
    assert (defect.code, defect.ligne, defect.colonne) == ("donnees_personnelles", 1, "B")
    assert text not in str(defect)


@pytest.mark.parametrize("text", ["n.c.", "NC", "ndiff", "12a", "3,5", "-4", "1.234.567", "environ 12", "néant"])
def test_a_slip_is_quoted(text: str) -> None:
    assert misplaced_text(text) == f"« {text} »"


@pytest.mark.parametrize("text", ["Zéphyrine Quatrebarbes", "Quatrebarbes", "quatrebarbes 12"])
def test_a_word_may_be_a_name(text: str) -> None:
    said = misplaced_text(text)
    assert said
    assert "quatrebarbes" not in said.lower()


@pytest.mark.parametrize(("header", "personal"), [
    ("nom_victime", True), ("Né le", True), ("Nom", True), ("prénom", True), ("Nom et prénom", True), ("E-mail", True),
    ("Nom du mineur", True), ("Date de naissance", True), ("N° de téléphone", True), ("Adresse", True), ("NIR", True),
    ("Adresse de la victime", True), ("N° sécu", True), ("IBAN", True), ("Immatriculation", True),
    ("nombre", False), ("Nom de la région", False), ("Nom de la commune", False), ("nom_departement", False),
    ("Année de naissance", False), ("Naissances", False), ("secu1", False), ("secu", False), ("an_nais", False),
    ("Adresse de la mairie", False), ("Trajet domicile-travail", False), ("Téléphone grave danger", False),
    ("Vols de portables", False), ("nom_reg", False), ("DGE", False), ("dénomination", False),
])  # fmt: skip
def test_headers(header: str, personal: bool) -> None:
    assert header_is_personal(header) is personal


@pytest.mark.parametrize("piece", [
    *(f"{text} " for text in ("réunion du 12/03/2024", "M. le Préfet", "collège Jean Moulin", "2020746042123",
                              "mineur MEC", "D 820 route de Toulouse", "46042 Cahors", "01 02 03 04 05 06")),
    "a", "A ", "0", "06 ", "1 87 ", "a@", "a.", "@", "Jean ", "M. ", "12 rue ", "lieu-dit ", "né le ", "FR76 ",
    "AB-123-",
    "14/07/", "46000 A", "(at) ", "passeport ", "tel ", "-", "+33 ", "de la ", "Jean-", "1 a", "BP ", "00000 a ",
])  # fmt: skip
def test_a_long_text_takes_no_more_than_its_length(piece: str) -> None:
    """Ten times the text, ten times the time, and not a hundred."""
    short, long = (piece * (size // len(piece)) + "!" for size in (10_000, 100_000))
    most = 30 * processor_seconds(lambda: personal_sign(short))
    assert processor_seconds(lambda: personal_sign(long)) < max(most, 0.3)
