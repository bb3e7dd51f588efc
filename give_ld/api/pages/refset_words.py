"""What the pages of the reference-set manager call things, in English, Dutch and French."""

from __future__ import annotations

from functools import cache

_LANGUAGES = ("en", "nl", "fr")
_WORDS = {
    "title": ("Reference set", "Referentieset", "Jeu de référence"),
    "intro": (
        "Who may be recognised, and on what ground. Each admission is a recorded decision.",
        "Wie herkend mag worden, en op welke grond. Elke opname is een vastgelegde beslissing.",
        "Qui peut être reconnu, et pour quel motif. Chaque admission est une décision consignée.",
    ),
    "empty": ("Nobody yet.", "Nog niemand.", "Personne encore."),
    "person": ("Person", "Persoon", "Personne"),
    "ground": ("Ground", "Grond", "Motif"),
    "born": ("Born", "Geboren", "Naissance"),
    "photos": ("Photos", "Foto's", "Photos"),
    "exemptions": ("Exempt", "Vrijgesteld", "Exemptions"),
    "everywhere": ("everywhere", "overal", "partout"),
    "admit": ("Admit persons", "Personen opnemen", "Admettre des personnes"),
    "table": ("Persons (CSV, a row for each photo)", "Personen (CSV, een rij per foto)", "Personnes (CSV)"),
    "photo_files": ("Their photos", "Hun foto's", "Leurs photos"),
    "partner": ("Organisation that decides (OR-id)", "Organisatie die beslist (OR-id)", "Organisation (OR-id)"),
    "exempt": ("Exempt somebody", "Iemand vrijstellen", "Exempter quelqu'un"),
    "exempt_why": (
        "May be recognised although it is not certain that they were of age.",
        "Mag herkend worden hoewel niet zeker is dat de persoon meerderjarig was.",
        "Peut être reconnu bien que la majorité ne soit pas certaine.",
    ),
    "owner": ("Owner of the item (OR-id)", "Eigenaar van het item (OR-id)", "Propriétaire de l'objet (OR-id)"),
    "item": ("Item; none: everywhere", "Item; geen: overal", "Objet ; aucun : partout"),
    "reason": ("Reason", "Reden", "Raison"),
    "snapshot": ("Write a snapshot", "Momentopname maken", "Créer un instantané"),
    "snapshot_why": (
        "The file that the pipeline reads. It holds photos: keep it safe.",
        "Het bestand dat de pijplijn leest. Er staan foto's in: bewaar het veilig.",
        "Le fichier que lit le pipeline. Il contient des photos : gardez-le en lieu sûr.",
    ),
    "wrong": (
        "Nothing was recorded: something is not right yet.",
        "Niets is vastgelegd: er klopt iets nog niet.",
        "Rien n'a été consigné : quelque chose n'est pas encore correct.",
    ),
    "sign_out": ("Sign out", "Afmelden", "Se déconnecter"),
    "public-figure": ("public figure", "publiek figuur", "personnalité publique"),
    "consent": ("consent", "toestemming", "consentement"),
    "historical-figure": ("historical figure", "historisch figuur", "personnage historique"),
}


@cache
def refset_words(lang: str) -> dict[str, str]:
    """Return the words of the pages."""
    place = _LANGUAGES.index(lang)
    return {name: texts[place] for name, texts in _WORDS.items()}
