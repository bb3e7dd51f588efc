"""What the query page says, in each of its languages."""

from __future__ import annotations

_TEXTS = {
    "query": ("Query", "Vraag", "Requête"),
    "run": ("Run", "Stel de vraag", "Exécuter"),
    "language": ("Language", "Taal", "Langue"),
    "answer": ("Answer", "Antwoord", "Réponse"),
    "row": ("row", "rij", "ligne"),
    "rows": ("rows", "rijen", "lignes"),
    "as": ("This answer as", "Dit antwoord als", "Cette réponse en"),
    "share": ("Link to this query and its answer", "Link naar deze vraag en haar antwoord", "Lien vers cette requête"),
    "share_hint": (
        "Select and copy; whoever opens it sees the answer of that moment.",
        "Selecteer en kopieer; wie hem opent, ziet het antwoord van dat ogenblik.",
        "Sélectionnez et copiez ; qui l'ouvre voit la réponse du moment.",
    ),
    "shown": (
        "The first {shown} are shown; the links above give all {count}.",
        "De eerste {shown} staan hier; de links hierboven geven alle {count}.",
        "Les {shown} premières sont affichées ; les liens ci-dessus donnent les {count}.",
    ),
    "table": ("Table", "Tabel", "Tableau"),
    "plot": ("Plot", "Grafiek", "Graphique"),
    "bars": ("Bars", "Staven", "Barres"),
    "line": ("Line", "Lijn", "Courbe"),
    "scatter": ("Dots", "Punten", "Points"),
    "plot_text": (
        "{y} against {x}: {shown} of {count} rows, from {low} to {high}. The table has every value.",
        "{y} tegen {x}: {shown} van {count} rijen, van {low} tot {high}. De tabel heeft elke waarde.",
        "{y} selon {x} : {shown} lignes sur {count}, de {low} à {high}. Le tableau contient chaque valeur.",
    ),
    "map": ("Map", "Kaart", "Carte"),
    "map_text": (
        "Places drawn: {count}, between {west}° and {east}° east and {south}° and {north}° north. "
        "The grid is one of degrees. The table names each.",
        "Getekende plaatsen: {count}, tussen {west}° en {east}° oost en {south}° en {north}° noord. "
        "Het net is er een van graden. De tabel noemt elke plaats.",
        "Lieux dessinés : {count}, entre {west}° et {east}° est et {south}° et {north}° nord. "
        "Le quadrillage est en degrés. Le tableau nomme chacun.",
    ),
    "map_left": (
        "Rows without a point that can be drawn: {left}.",
        "Rijen zonder punt dat getekend kan worden: {left}.",
        "Lignes sans point qui puisse être dessiné : {left}.",
    ),
    "examples": ("Examples", "Voorbeelden", "Exemples"),
    "search": ("To search", "Om te zoeken", "Pour chercher"),
    "harvest": ("To harvest", "Om over te nemen", "Pour moissonner"),
    "audit": ("To audit", "Om na te gaan", "Pour vérifier"),
    "public": (
        "Programs ask /sparql by the SPARQL 1.1 Protocol. Only what was approved is here. "
        "SERVICE, LOAD and updates are refused.",
        "Programma's vragen /sparql volgens het SPARQL 1.1 Protocol. Hier staat enkel wat goedgekeurd is. "
        "SERVICE, LOAD en updates worden geweigerd.",
        "Les programmes interrogent /sparql selon le protocole SPARQL 1.1. Seul ce qui a été approuvé est ici. "
        "SERVICE, LOAD et les mises à jour sont refusés.",
    ),
    "private": (
        "What is not approved is here too: only for those who may see it. SERVICE, LOAD and updates are refused.",
        "Hier staat ook wat niet goedgekeurd is: enkel voor wie het mag zien. "
        "SERVICE, LOAD en updates worden geweigerd.",
        "Ce qui n'est pas approuvé est ici aussi : seulement pour qui peut le voir. SERVICE, LOAD et les mises à jour "
        "sont refusés.",
    ),
    "dataset": ("About the data", "Over de data", "À propos des données"),
    "where": (
        "At or before line {line}, column {column}",
        "Op of voor regel {line}, kolom {column}",
        "À la ligne {line}, colonne {column}, ou avant",
    ),
    "failed": ("No answer", "Geen antwoord", "Pas de réponse"),
}
_ERRORS = {
    "bad-query": (
        "The query cannot be read, or asks for what is refused here.",
        "De vraag is niet te lezen, of vraagt wat hier geweigerd wordt.",
        "La requête est illisible, ou demande ce qui est refusé ici.",
    ),
    "not-allowed": (
        "This endpoint only reads: it takes no update.",
        "Dit eindpunt leest enkel: het neemt geen update aan.",
        "Ce point d'accès ne fait que lire : il n'accepte aucune mise à jour.",
    ),
    "too-large": (
        "A limit of size was met. Ask for less at a time: add LIMIT, or a narrower condition.",
        "Een grens van omvang is bereikt. Vraag minder tegelijk: voeg LIMIT toe, of een nauwere voorwaarde.",
        "Une limite de taille est atteinte. Demandez moins à la fois : ajoutez LIMIT ou une condition plus étroite.",
    ),
    "timed-out": (
        "The limit of time was met. Start from what is named most exactly, and drop what is OPTIONAL.",
        "De tijdslimiet is bereikt. Begin bij wat het nauwkeurigst genoemd is, en laat weg wat OPTIONAL is.",
        "La limite de temps est atteinte. Partez de ce qui est nommé le plus précisément et retirez les OPTIONAL.",
    ),
    "busy": (
        "Many ask at this moment. Try again in a few seconds.",
        "Velen vragen op dit ogenblik. Probeer het over enkele seconden opnieuw.",
        "Beaucoup interrogent en ce moment. Réessayez dans quelques secondes.",
    ),
    "spent": (
        "Your queries of the last minute used up your time. Wait a little.",
        "Uw vragen van de laatste minuut hebben uw tijd opgebruikt. Wacht even.",
        "Vos requêtes de la dernière minute ont épuisé votre temps. Patientez un peu.",
    ),
}


def sparql_words(lang: str) -> dict[str, str]:
    """Return what the page says in a language."""
    return {name: _in(texts, lang) for name, texts in _TEXTS.items()}


def error_words(code: str, lang: str) -> str:
    """Return what an error means to a reader, or nothing where its message says it all."""
    return _in(_ERRORS[code], lang) if code in _ERRORS else ""


def _in(texts: tuple[str, str, str], lang: str) -> str:
    return dict(zip(("en", "nl", "fr"), texts, strict=True))[lang]
