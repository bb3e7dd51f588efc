"""What the page of a why calls things, in English, Dutch and French."""

from __future__ import annotations

from give_ld.rdf import namespaces as names

LANGUAGES = ("en", "nl", "fr")
_WORDS = {
    "title": ("Why is this here?", "Waarom staat dit hier?", "Pourquoi est-ce ici ?"),
    "intro": (
        "Every fact here began as a guess of software, and is here because a person of the archive approved it. Ask "
        "about a fact (subject, property, value) or about one annotation, and see the whole chain: which software, how "
        "sure it was, and who approved it when.",
        "Elk feit hier begon als een gissing van software, en staat hier omdat een mens van het archief het goedkeurde."
        " Vraag naar een feit (onderwerp, eigenschap, waarde) of naar één annotatie, en zie de hele keten: welke "
        "software, hoe zeker die was, en wie het wanneer goedkeurde.",
        "Chaque fait a commencé comme une hypothèse d'un logiciel, et il est ici parce qu'une personne de l'archive "
        "l'a approuvé. Interrogez un fait (sujet, propriété, valeur) ou une annotation, et voyez toute la chaîne : "
        "quel logiciel, avec quelle certitude, et qui l'a approuvé, et quand.",
    ),
    "about_annotation": ("About an annotation", "Over een annotatie", "Sur une annotation"),
    "about_fact": ("About a fact", "Over een feit", "Sur un fait"),
    "iri": ("IRI of the annotation", "IRI van de annotatie", "IRI de l'annotation"),
    "s": (
        "Subject (IRI of an item or file)",
        "Onderwerp (IRI van een item of bestand)",
        "Sujet (IRI d'un objet ou fichier)",
    ),
    "p": ("Property (IRI)", "Eigenschap (IRI)", "Propriété (IRI)"),
    "o": ('Value (IRI, or "text"@nl)', 'Waarde (IRI, of "tekst"@nl)', 'Valeur (IRI, ou "texte"@fr)'),
    "ask": ("Why?", "Waarom?", "Pourquoi ?"),
    "again": ("Ask about something else", "Vraag iets anders", "Poser une autre question"),
    "error": ("There is no answer", "Er is geen antwoord", "Il n'y a pas de réponse"),
    "error-400": (
        "This is no question that can be answered: give an IRI, or all three parts of a fact.",
        "Dit is geen vraag waarop een antwoord bestaat: geef een IRI, of alle drie de delen van een feit.",
        "Cette question n'a pas de réponse : donnez un IRI, ou les trois parties d'un fait.",
    ),
    "error-401": (
        "Your session has expired or is unknown. Sign in again, or sign out to see what is public.",
        "Uw sessie is verlopen of onbekend. Meld u opnieuw aan, of meld u af om te zien wat openbaar is.",
        "Votre session est expirée ou inconnue. Reconnectez-vous, ou déconnectez-vous pour voir ce qui est public.",
    ),
    "error-404": (
        "Nothing is known about this, or nothing that you may see.",
        "Hierover is niets bekend, of niets dat u mag zien.",
        "Rien n'est connu à ce sujet, ou rien que vous puissiez voir.",
    ),
    "error-410": (
        "This was public and has been withdrawn.",
        "Dit was openbaar en is ingetrokken.",
        "Ceci était public et a été retiré.",
    ),
    "sign_in": ("Sign in", "Aanmelden", "Se connecter"),
    "sign_out": ("Sign out", "Afmelden", "Se déconnecter"),
    "only_a_guess": ("Only a guess:", "Enkel een gissing:", "Seulement une hypothèse :"),
    "rests": ("This rests on {} annotations.", "Dit steunt op {} annotaties.", "Ceci repose sur {} annotations."),
    "rests_on_one": (
        "This rests on one annotation.",
        "Dit steunt op één annotatie.",
        "Ceci repose sur une annotation.",
    ),
    "more": (
        "The first {} are shown; the data below has them all.",
        "De eerste {} staan hier; de data hieronder bevat ze alle.",
        "Les {} premières sont montrées ; les données ci-dessous les contiennent toutes.",
    ),
    "made": ("Recorded by software", "Vastgelegd door software", "Enregistré par un logiciel"),
    "made_by_person": (
        "Stated by a person of the archive",
        "Gesteld door een mens van het archief",
        "Indiqué par une personne de l'archive",
    ),
    "corrects": ("in the place of", "in de plaats van", "à la place de"),
    "disputed": (
        "Archivists disagree about this",
        "Archivarissen zijn het hierover oneens",
        "Les archivistes sont en désaccord",
    ),
    "ground": ("ground", "grond", "motif de la liste"),
    "verdict": ("verdict", "oordeel", "verdict"),
    "software": ("software", "software", "logiciel"),
    "weights": ("weights (SHA-256)", "gewichten (SHA-256)", "poids (SHA-256)"),
    "words": ("words", "woorden", "mots"),
    "where": ("where", "waar", "où"),
    "run": ("run", "run", "traitement"),
    "reference_set": ("reference set", "referentieset", "jeu de référence"),
    "unstated": ("not stated by the source", "niet vermeld door de bron", "non indiqué par la source"),
    "unstated_time": ("time not stated", "tijdstip niet vermeld", "heure non indiquée"),
    "unstated_version": ("(version not stated)", "(versie niet vermeld)", "(version non indiquée)"),
    "score": ("Raw score {} ({})", "Ruwe score {} ({})", "Score brut {} ({})"),
    "no_score": ("No raw score stated", "Geen ruwe score vermeld", "Aucun score brut indiqué"),
    "calibrated": ("Calibrated to {} %", "Gekalibreerd tot {} %", "Calibré à {} %"),
    "of_hundred": (
        "Expected to be right among 100 guesses like this: {}.",
        "Naar verwachting juist van 100 zulke gissingen: {}.",
        "Attendues justes sur 100 hypothèses de ce genre : {}.",
    ),
    "uncalibrated": ("Not calibrated", "Niet gekalibreerd", "Non calibré"),
    "uncalibrated_note": (
        "No calibrator covers this score: nobody can say how probable it is.",
        "Geen calibrator dekt deze score: niemand kan zeggen hoe waarschijnlijk ze is.",
        "Aucun calibrateur ne couvre ce score : personne ne peut en dire la probabilité.",
    ),
    "by_definition": (
        "Certain by definition: a person said it",
        "Zeker per definitie: een mens zei het",
        "Certain par définition : une personne l'a dit",
    ),
    "calibrator": ("calibrator", "calibrator", "calibrateur"),
    "fitted": ("fitted on", "gefit op", "ajusté sur"),
    "examples": ("{} examples: {}", "{} voorbeelden: {}", "{} exemples : {}"),
    "decided": ("Decided by a person", "Beslist door een mens", "Décidé par une personne"),
    "undecided": (
        "Waits for a person to decide",
        "Wacht op de beslissing van een mens",
        "Attend la décision d'une personne",
    ),
    "by": ("by", "door", "par"),
    "reason": ("reason", "reden", "motif"),
    "public": ("Public", "Openbaar", "Public"),
    "annotation": ("The annotation", "De annotatie", "L'annotation"),
    "item": ("The item", "Het item", "L'objet"),
    "left_out": ("Left out of this answer", "Weggelaten uit dit antwoord", "Omis de cette réponse"),
    "left_out_why": (
        "Archivists of the owner and auditors see these after signing in:",
        "Archivarissen van de eigenaar en auditoren zien dit na het aanmelden:",
        "Les archivistes du propriétaire et les auditeurs les voient après connexion :",
    ),
    "data": ("This answer as data:", "Dit antwoord als data:", "Cette réponse en données :"),
}
_FACTS = {
    names.SCHEMA + "about": ("is about", "gaat over", "a pour sujet"),
    names.SCHEMA + "keywords": ("has the keyword", "heeft het trefwoord", "a le mot-clé"),
    names.SCHEMA + "mentions": ("shows or mentions", "toont of vermeldt", "montre ou mentionne"),
    names.HA_OBJECT + "hasTranscriptionCopy": ("has the transcript", "heeft de transcriptie", "a la transcription"),
    names.EBUCORE + "hasCaptioning": ("has the captions", "heeft de ondertitels", "a les sous-titres"),
}
_HAPPENS = {
    "tag": ("has the tag", "heeft de tag", "a l'étiquette"),
    "speaker": ("has a voice:", "heeft een stem:", "a une voix :"),
    "face-match": ("shows", "toont", "montre"),
    "face-unknown": (
        "shows a face that nobody recognised:",
        "toont een gezicht dat niemand herkende:",
        "montre un visage inconnu :",
    ),
    "named-entity": ("mentions", "vermeldt", "mentionne"),
    "transcript": ("has the transcript", "heeft de transcriptie", "a la transcription"),
}


def _by_language(words: dict[str, tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    return {lang: {key: texts[place] for key, texts in words.items()} for place, lang in enumerate(LANGUAGES)}


WORDS = _by_language(_WORDS)
FACTS = _by_language(_FACTS)
"""What a fact says, by its property."""
HAPPENS = _by_language(_HAPPENS)
"""What an annotation says of its item, by how its kind begins."""
