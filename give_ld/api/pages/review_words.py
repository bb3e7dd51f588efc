"""What the pages on which archivists decide call things, in English, Dutch and French."""

from __future__ import annotations

from functools import cache

LANGUAGES = ("en", "nl", "fr")
_NAMES = {
    # statuses
    "proposed": ("proposed", "voorgesteld", "proposé"),
    "approved": ("approved", "goedgekeurd", "approuvé"),
    "rejected": ("rejected", "afgekeurd", "rejeté"),
    "unsuitable": ("unsuitable", "ongeschikt", "inadapté"),
    "superseded": ("superseded", "vervangen", "remplacé"),
    "withdrawn": ("withdrawn", "ingetrokken", "retiré"),
    # kinds
    "face-match": ("face match", "gezichtsmatch", "visage reconnu"),
    "face-unknown": ("unknown face", "onbekend gezicht", "visage inconnu"),
    "entity-mention": ("mention", "vermelding", "mention"),
    "transcript": ("transcript", "transcriptie", "transcription"),
    "speaker": ("voice", "stem", "voix"),
    "tag": ("tag", "trefwoord", "mot-clé"),
}
_BUTTONS = {
    "approve": ("Approve", "Goedkeuren", "Approuver"),
    "reject": ("Reject", "Afkeuren", "Rejeter"),
    "unsuitable": ("Unsuitable", "Ongeschikt", "Inadapté"),
    "withdraw": ("Withdraw", "Intrekken", "Retirer"),
    "correct": ("Correct", "Verbeteren", "Corriger"),
    "agree": ("Agree", "Eens", "D'accord"),
    "disagree": ("Disagree", "Oneens", "Pas d'accord"),
    "undo": ("Undo", "Ongedaan maken", "Annuler"),
}
_DONE = {
    "approve": ("approved", "goedgekeurd", "approuvé"),
    "reject": ("rejected", "afgekeurd", "rejeté"),
    "unsuitable": ("unsuitable", "ongeschikt", "inadapté"),
    "withdraw": ("withdrawn", "ingetrokken", "retiré"),
    "correct": ("corrected", "verbeterd", "corrigé"),
    "agree": ("agreed", "mee eens", "d'accord"),
    "disagree": ("disagreed", "niet mee eens", "pas d'accord"),
    "undo": ("undone", "ongedaan gemaakt", "annulé"),
}
_REASONS = {
    "wrong-person": ("wrong person", "verkeerde persoon", "mauvaise personne"),
    "wrong-entity": ("wrong entity", "verkeerde entiteit", "mauvaise entité"),
    "not-a-name": ("not a name", "geen naam", "pas un nom"),
    "wrong-words": ("wrong words", "verkeerde woorden", "mots erronés"),
    "wrong-time": ("wrong time", "verkeerd tijdstip", "mauvais moment"),
    "unclear": ("unclear", "onduidelijk", "pas clair"),
    "portrayed-by-an-actor": ("portrayed by an actor", "gespeeld door een acteur", "joué par un acteur"),
    "duplicate": ("duplicate", "dubbel", "doublon"),
    "new-evidence": ("new evidence", "nieuw bewijs", "nouvelle preuve"),
    "on-request": ("on request", "op verzoek", "sur demande"),
    "licence": ("licence", "licentie", "licence"),
    "other": ("other", "andere", "autre"),
}
_TYPES = {
    "person": ("person", "persoon", "personne"),
    "place": ("place", "plaats", "lieu"),
    "organisation": ("organisation", "organisatie", "organisation"),
    "other": ("other", "andere", "autre"),
}
_PAGE = {
    "review": ("Review", "Beoordelen", "Évaluer"),
    "desk": ("Desk", "Werktafel", "Poste de travail"),
    "queue": ("Queue", "Wachtrij", "File"),
    "search": ("Search", "Zoeken", "Chercher"),
    "sign_out": ("Sign out", "Afmelden", "Se déconnecter"),
    "nothing": ("There is nothing here.", "Hier is niets.", "Il n'y a rien ici."),
    "all_decided": (
        "Everything is decided, or nothing has come in yet.",
        "Alles is beslist, of er is nog niets binnengekomen.",
        "Tout est décidé, ou rien n'est encore arrivé.",
    ),
    "again": ("Begin again with what was skipped", "Herbegin met wat overgeslagen is", "Reprendre ce qui a été passé"),
    "right": ("probability of being right", "kans dat dit klopt", "probabilité que ce soit juste"),
    "uncalibrated": ("not calibrated", "niet gekalibreerd", "non calibré"),
    "score": ("score", "score", "score"),
    "unstated": ("unstated", "niet vermeld", "non indiqué"),
    "disputed": (
        "Disputed: colleagues disagree.",
        "Betwist: collega's zijn het oneens.",
        "Contesté : des collègues ne sont pas d'accord.",
    ),
    "corrects": (
        "Said by a person, in the place of a guess.",
        "Gezegd door een mens, in de plaats van een gissing.",
        "Dit par une personne, à la place d'une hypothèse.",
    ),
    "meant": ("What is meant", "Bedoeld is", "Ce qui est visé"),
    "crop": ("The face in the picture", "Uitsnede van het gezicht", "Le visage dans l'image"),
    "photo": ("Reference photo", "Referentiefoto", "Photo de référence"),
    "found": ("Found", "Gevonden", "Trouvé"),
    "reference": ("Reference", "Referentie", "Référence"),
    "why": ("Why is this here?", "Waarom staat dit hier?", "Pourquoi est-ce ici ?"),
    "ground": ("Why", "Waarom", "Pourquoi"),
    "reason": ("Reason", "Reden", "Raison"),
    "what_is_right": ("What is right?", "Wat is juist?", "Qu'est-ce qui est juste ?"),
    "text": ("Text", "Tekst", "Texte"),
    "person_iri": ("Reference person (IRI)", "Referentiepersoon (IRI)", "Personne de référence (IRI)"),
    "name": ("Name", "Naam", "Nom"),
    "kind": ("Kind", "Soort", "Type"),
    "next": ("Next", "Volgende", "Suivant"),
    "earlier": ("Previous", "Vorige", "Précédent"),
    "skip": ("Skip", "Overslaan", "Passer"),
    "back": ("Back", "Terug", "Retour"),
    "play": ("Play the fragment", "Speel het fragment", "Jouer le fragment"),
    "note": ("Write a reason", "Schrijf een reden", "Écrire une raison"),
    "pick": ("Pick a reason from the list", "Kies een reden uit de lijst", "Choisir une raison de la liste"),
    "leave": ("Leave a field", "Verlaat een veld", "Quitter un champ"),
    "shortcuts": ("Keys", "Toetsen", "Touches"),
    "keys_on": ("Decide with single keys", "Beslis met één toets", "Décider avec une seule touche"),
    "today": ("Decided today", "Vandaag beslist", "Décidé aujourd'hui"),
    "by_you": ("by you", "door jou", "par vous"),
    "left": ("left", "te gaan", "restant"),
    "colleagues": ("What happened today", "Wat vandaag gebeurde", "Ce qui s'est passé aujourd'hui"),
    "nobody": (
        "Nobody decided anything yet today.",
        "Vandaag besliste nog niemand iets.",
        "Personne n'a encore décidé.",
    ),
    "item": ("Item", "Item", "Objet"),
    "run": ("Run", "Run", "Exécution"),
    "alike": ("Alike", "Gelijkaardig", "Similaires"),
    "about_same": (
        "All guesses about the same",
        "Alle gissingen over hetzelfde",
        "Toutes les hypothèses sur le même sujet",
    ),
    "decide_these": ("Decide these one by one", "Beslis deze een voor een", "Décider une à une"),
    "where": ("Where", "Waar", "Où"),
    "what": ("What", "Wat", "Quoi"),
    "when": ("When", "Wanneer", "Quand"),
    "certainty": ("How sure", "Hoe zeker", "Certitude"),
    "status": ("Status", "Status", "Statut"),
    "all": ("all", "alle", "tous"),
    "number": ("Number", "Aantal", "Nombre"),
    "whole": ("somewhere in it", "ergens erin", "quelque part dedans"),
    "timeline": ("Guesses in time", "Gissingen in de tijd", "Hypothèses dans le temps"),
    "context": ("What is said", "Wat gezegd wordt", "Ce qui est dit"),
    "item_list": ("Items", "Items", "Objets"),
    "guesses": ("Guesses", "Gissingen", "Hypothèses"),
    "search_for": (
        "Name, words or number of an item",
        "Naam, woorden of nummer van een item",
        "Nom, mots ou numéro d'un objet",
    ),
    "made_by": ("Made by", "Gemaakt door", "Fait par"),
    "stage": ("Stage", "Stap", "Étape"),
    "started": ("Started", "Begonnen", "Commencé"),
    "ended": ("Ended", "Geëindigd", "Terminé"),
    "outcome": ("Outcome", "Afloop", "Issue"),
    "file": ("File", "Bestand", "Fichier"),
    "weights": ("Weights", "Gewichten", "Poids"),
    "parameters": ("Parameters", "Parameters", "Paramètres"),
    "reference_set": ("Reference set", "Referentieset", "Jeu de référence"),
    "energy": ("Energy", "Energie", "Énergie"),
    "history": ("What was decided", "Wat beslist werd", "Ce qui a été décidé"),
    "together": ("Decide together", "Beslis samen", "Décider ensemble"),
    "only_picked": ("Only what is picked", "Enkel wat gekozen is", "Seulement ce qui est choisi"),
    "all_waiting": ("All that waits", "Alles wat wacht", "Tout ce qui attend"),
    "groups": ("Groups", "Groepen", "Groupes"),
    "passed_over": ("Left as it is", "Blijft zoals het is", "Reste inchangé"),
    "would": ("This would do:", "Dit zou doen:", "Ceci ferait :"),
    "refused": ("refused", "geweigerd", "refusé"),
    "confirm": ("Do it", "Doe het", "Le faire"),
    "cancel": ("Cancel", "Annuleer", "Annuler"),
    "claim": ("Claim", "Reserveren", "Réserver"),
    "claim_all": (
        "Claim all about the same",
        "Alles over hetzelfde reserveren",
        "Réserver tout sur le même sujet",
    ),
    "release": ("Release", "Vrijgeven", "Libérer"),
    "claims": ("Who looks at what", "Wie naar wat kijkt", "Qui regarde quoi"),
    "you_hold": ("You hold this until", "Je reserveerde dit tot", "Vous réservez ceci jusqu'à"),
    "holds": ("looks at this until", "kijkt hiernaar tot", "regarde ceci jusqu'à"),
    "force": ("Decide all the same", "Toch beslissen", "Décider quand même"),
    "person": ("Person", "Persoon", "Personne"),
    "who_is_it": ("Who or what is it? Type a name", "Wie of wat is het? Typ een naam", "Qui ou quoi ? Tapez un nom"),
    "picked": ("Picked", "Gekozen", "Choisi"),
    "stale": (
        "A colleague decided about this meanwhile. This is how it stands now; what you typed is still there.",
        "Een collega besliste hier intussen over. Zo staat het nu; wat je typte, staat er nog.",
        "Un collègue en a décidé entre-temps. Voici l'état actuel ; votre saisie est conservée.",
    ),
    "conflict": (
        "This cannot be said of it as it stands now; perhaps a reason is missing.",
        "Dit kan niet zoals het nu staat; misschien ontbreekt een reden.",
        "Impossible dans l'état actuel ; il manque peut-être une raison.",
    ),
    "bad-input": (
        "What was filled in is not right yet.",
        "Wat ingevuld is, klopt nog niet.",
        "Ce qui est rempli n'est pas encore correct.",
    ),
    "not-authenticated": (
        "Your session is over: sign in in another window, then try again here.",
        "Je sessie is voorbij: meld je aan in een ander venster en probeer dan hier opnieuw.",
        "Votre session est terminée : reconnectez-vous dans une autre fenêtre, puis réessayez ici.",
    ),
    "failed": (
        "That did not work. Nothing is lost; try again.",
        "Dat lukte niet. Niets is verloren; probeer opnieuw.",
        "Cela n'a pas marché. Rien n'est perdu ; réessayez.",
    ),
}
_CERTAINTY = (
    (0.99, ("almost certain", "vrijwel zeker", "presque certain")),
    (0.9, ("very likely", "zeer waarschijnlijk", "très probable")),
    (0.66, ("likely", "waarschijnlijk", "probable")),
    (0.33, ("uncertain", "onzeker", "incertain")),
    (0.0, ("unlikely", "onwaarschijnlijk", "peu probable")),
)


@cache
def review_words(lang: str) -> dict[str, dict[str, str]]:
    """Return the words of the pages by group: names, buttons, done, reasons, types and the page itself (t)."""
    place = LANGUAGES.index(lang)
    groups = {"names": _NAMES, "buttons": _BUTTONS, "done": _DONE, "reasons": _REASONS, "types": _TYPES, "t": _PAGE}
    return {group: {name: texts[place] for name, texts in words.items()} for group, words in groups.items()}


def certainty(confidence: float | None, lang: str) -> str:
    """Return a calibrated probability, in whole percents, in words; or that there is none."""
    place = LANGUAGES.index(lang)
    if confidence is None:
        return _PAGE["uncalibrated"][place]
    return next(words[place] for bound, words in _CERTAINTY if round(confidence, 2) >= bound)


def percent(confidence: float) -> str:
    """Return a probability in whole percents; near its ends it is never rounded to what is certain."""
    if confidence > 0.99 or confidence < 0.01:
        return "> 99 %" if confidence > 0.5 else "< 1 %"
    return f"{100 * confidence:.0f} %"


def time_code(milliseconds: int) -> str:
    """Return a place in time as hours (where there are any), minutes, seconds and tenths: `1:02:03.4`."""
    minutes, rest = divmod(milliseconds // 100, 600)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / 10:04.1f}"
    return f"{hours}:{minutes:02}:{seconds}" if hours else f"{minutes}:{seconds}"
