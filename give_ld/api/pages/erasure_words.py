"""What the pages on which people are erased call things, in English, Dutch and French."""

from __future__ import annotations

from give_ld.api.pages import LANGUAGES

_WORDS = {
    "title": ("Erase a person", "Een persoon verwijderen", "Effacer une personne"),
    "log": ("Who did what", "Wie deed wat", "Qui a fait quoi"),
    "sign_out": ("Sign out", "Afmelden", "Se déconnecter"),
    "intro": (
        "Who objects disappears from everything that this service keeps: journal, graphs, faces, copies. First you "
        "see what would go; nothing is changed before you confirm it.",
        "Wie bezwaar maakt, verdwijnt uit alles wat deze dienst bewaart: journaal, grafen, gezichten, kopieën. Eerst "
        "ziet u wat er weg zou gaan; er verandert niets voor u het bevestigt.",
        "Qui s'oppose disparaît de tout ce que ce service conserve : journal, graphes, visages, copies. Vous voyez "
        "d'abord ce qui disparaîtrait ; rien ne change avant votre confirmation.",
    ),
    "who": ("Who is it?", "Wie is het?", "Qui est-ce ?"),
    "kind.subject": (
        "somebody who is seen, heard or named in the material",
        "iemand die in het materiaal te zien of te horen is, of genoemd wordt",
        "quelqu'un qui est vu, entendu ou nommé dans le matériel",
    ),
    "kind.person": ("a reference person", "een referentiepersoon", "une personne de référence"),
    "kind.user": ("the name of a user", "de naam van een gebruiker", "le nom d'un utilisateur"),
    "kind.retention": (
        "what was kept long enough",
        "wat lang genoeg bewaard is",
        "ce qui a été gardé assez longtemps",
    ),
    "known": (
        "By what the person is known, one a line",
        "Waaraan de persoon herkend wordt, één per regel",
        "Ce par quoi la personne est connue, un par ligne",
    ),
    "known_hint": (
        "A name, a Wikidata id, the address of a person or a guess, the id of a group of faces; of a user the name.",
        "Een naam, een Wikidata-id, het adres van een persoon of een gok, het id van een groep gezichten; van een "
        "gebruiker de naam.",
        "Un nom, un identifiant Wikidata, l'adresse d'une personne ou d'une proposition, l'identifiant d'un groupe de "
        "visages ; d'un utilisateur le nom.",
    ),
    "reason": (
        "Why, without saying who; it stays in the journal",
        "Waarom, zonder te zeggen wie; het blijft in het journaal",
        "Pourquoi, sans dire qui ; cela reste dans le journal",
    ),
    "look": ("Show what would go", "Toon wat er weg zou gaan", "Montrer ce qui disparaîtrait"),
    "past": ("Erasures on record", "Opgetekende verwijderingen", "Effacements consignés"),
    "none": ("nothing", "niets", "rien"),
    "none_yet": ("There are none yet.", "Er zijn er nog geen.", "Il n'y en a pas encore."),
    "when": ("When", "Wanneer", "Quand"),
    "kind": ("What", "Wat", "Quoi"),
    "why": ("Why", "Waarom", "Pourquoi"),
    "by": ("By", "Door", "Par"),
    "certificate": ("Certificate", "Bewijs", "Certificat"),
    "plan": ("What would go", "Wat er weg zou gaan", "Ce qui disparaîtrait"),
    "plan_intro": (
        "This is counted now, and nothing was changed. Dumps, copies and files of the service that hold the person go "
        "too; the certificate counts them.",
        "Dit is nu geteld, en er is niets veranderd. Ook dumps, kopieën en bestanden van de dienst waar de persoon in "
        "staat, gaan weg; het bewijs telt ze.",
        "Ceci est compté maintenant, et rien n'a changé. Les exports, copies et fichiers du service où figure la "
        "personne disparaissent aussi ; le certificat les compte.",
    ),
    "nothing_found": (
        "Nothing of this is here. If you carry it out, it is remembered as a digest, so that it does not come in "
        "later.",
        "Hiervan is hier niets. Voert u het uit, dan wordt het als een digest onthouden, zodat het later niet "
        "binnenkomt.",
        "Il n'y a rien de tel ici. Si vous l'exécutez, une empreinte en est gardée, pour que cela n'entre pas plus "
        "tard.",
    ),
    "remove": ("By place", "Per plaats", "Par endroit"),
    "place": ("Place", "Plaats", "Endroit"),
    "count": ("How many", "Hoeveel", "Combien"),
    "payloads": ("entries of the journal, emptied", "regels van het journaal, leeg", "entrées du journal, vidées"),
    "redacted": (
        "entries of the journal, the name made black",
        "regels van het journaal, de naam zwart gemaakt",
        "entrées du journal, le nom noirci",
    ),
    "fingerprints": (
        "fingerprints and crops of faces",
        "vingerafdrukken en uitsneden van gezichten",
        "empreintes et vignettes de visages",
    ),
    "photos": ("reference photos", "referentiefoto's", "photos de référence"),
    "quarantined": ("pieces in quarantine", "stukken in quarantaine", "pièces en quarantaine"),
    "tokens": ("access tokens", "toegangstokens", "jetons d'accès"),
    "files": ("files", "bestanden", "fichiers"),
    "bytes": ("bytes in these files", "bytes in deze bestanden", "octets dans ces fichiers"),
    "entries": ("entries of the journal", "regels van het journaal", "entrées du journal"),
    "private quads": (
        "statements of the private graph",
        "uitspraken van de private graaf",
        "énoncés du graphe privé",
    ),
    "public quads": (
        "statements of the public graph",
        "uitspraken van de publieke graaf",
        "énoncés du graphe public",
    ),
    "guesses": ("Guesses", "Gokken", "Propositions"),
    "status": ("Status", "Status", "Statut"),
    "is_public": ("What of it is public", "Wat ervan openbaar is", "Ce qui en est public"),
    "public.guesses": ("approved guesses", "goedgekeurde gokken", "propositions approuvées"),
    "public.transcripts": (
        "transcripts that lose the name",
        "transcripties die de naam verliezen",
        "transcriptions qui perdent le nom",
    ),
    "public.persons": ("reference persons", "referentiepersonen", "personnes de référence"),
    "partners": ("Of these organisations", "Van deze organisaties", "De ces organisations"),
    "namesakes": (
        "Others of the same name, left alone",
        "Naamgenoten, die blijven",
        "Homonymes, laissés en place",
    ),
    "confirm": ("Carry it out", "Uitvoeren", "Exécuter"),
    "confirm_intro": (
        "This cannot be undone. The service is closed for a moment meanwhile. Type these words to confirm:",
        "Dit kan niet ongedaan gemaakt worden. De dienst is intussen even gesloten. Typ deze woorden om te bevestigen:",
        "Ceci ne peut pas être annulé. Le service est fermé un moment. Tapez ces mots pour confirmer :",
    ),
    "phrase": ("erase for good", "verwijder voorgoed", "effacer pour toujours"),
    "type": ("These words", "Deze woorden", "Ces mots"),
    "do": ("Erase", "Verwijderen", "Effacer"),
    "back": ("Stop, and change nothing", "Stop, en verander niets", "Arrêter, sans rien changer"),
    "told.words": (
        "The words are other ones; nothing was erased.",
        "De woorden zijn andere; er is niets verwijderd.",
        "Les mots sont autres ; rien n'a été effacé.",
    ),
    "told.stale": (
        "Something else would go by now; nothing was erased. Look again.",
        "Intussen zou er iets anders weggaan; er is niets verwijderd. Kijk opnieuw.",
        "Autre chose disparaîtrait à présent ; rien n'a été effacé. Regardez à nouveau.",
    ),
    "told.reason": (
        "Say why, and do not say who.",
        "Zeg waarom, en zeg niet wie.",
        "Dites pourquoi, et ne dites pas qui.",
    ),
    "told.not-found": (
        "Nobody of this kind is known by that.",
        "Niemand van deze soort is daaraan bekend.",
        "Personne de ce genre n'est connu ainsi.",
    ),
    "told.too-short": (
        "Say more: something so short means everybody.",
        "Zeg meer: iets zo kort bedoelt iedereen.",
        "Dites-en plus : quelque chose d'aussi court désigne tout le monde.",
    ),
    "told.who": (
        "Say who, in 1 to 100 lines.",
        "Zeg wie, in 1 tot 100 regels.",
        "Dites qui, en 1 à 100 lignes.",
    ),
    "certificate_title": ("Certificate of erasure", "Bewijs van verwijdering", "Certificat d'effacement"),
    "certificate_intro": (
        "The service named below erased a person at their request or by its rules. Afterwards it read everything that "
        "it keeps, byte by byte, and looked for the person in every spelling: names, identifiers, faces.",
        "De hieronder genoemde dienst verwijderde een persoon, op diens verzoek of volgens haar regels. Daarna las ze "
        "alles wat ze bewaart, byte per byte, en zocht de persoon in elke schrijfwijze: namen, identificaties, "
        "gezichten.",
        "Le service nommé ci-dessous a effacé une personne, à sa demande ou selon ses règles. Il a ensuite lu tout ce "
        "qu'il conserve, octet par octet, et a cherché la personne sous toute graphie : noms, identifiants, visages.",
    ),
    "not_by_name": (
        "Others have the same name: so the name itself was not looked for, and texts stayed as they are.",
        "Anderen dragen dezelfde naam: daarom is de naam zelf niet gezocht, en zijn teksten gebleven zoals ze zijn.",
        "D'autres portent le même nom : le nom lui-même n'a donc pas été cherché, et les textes sont restés tels.",
    ),
    "clean": (
        "Nothing was found any more.",
        "Er is niets meer gevonden.",
        "Plus rien n'a été trouvé.",
    ),
    "unclean": (
        "Something was still found; it is listed below.",
        "Er is nog iets gevonden; het staat hieronder.",
        "Quelque chose a encore été trouvé ; voir ci-dessous.",
    ),
    "no_certificate": (
        "No certificate was made: the erasure was broken off and finished when the service started again, or it was by "
        "the rules of retention.",
        "Er is geen bewijs gemaakt: de verwijdering werd afgebroken en voltooid toen de dienst weer startte, of ze "
        "volgde uit de bewaartermijnen.",
        "Aucun certificat : l'effacement a été interrompu puis achevé au redémarrage du service, ou il suivait les "
        "durées de conservation.",
    ),
    "instance": ("Service", "Dienst", "Service"),
    "id": ("Erasure", "Verwijdering", "Effacement"),
    "entry": ("Entry of the journal", "Regel van het journaal", "Entrée du journal"),
    "removed": ("Removed", "Verwijderd", "Supprimé"),
    "looked_at": ("Looked at afterwards", "Daarna bekeken", "Examiné ensuite"),
    "found": ("Still found", "Nog gevonden", "Encore trouvé"),
    "engines": (
        "Engines elsewhere that the next push clears",
        "Servers elders die de volgende push leegmaakt",
        "Serveurs ailleurs, vidés au prochain envoi",
    ),
    "state": (
        "Digest of all files (SHA-256)",
        "Digest van alle bestanden (SHA-256)",
        "Empreinte de tous les fichiers (SHA-256)",
    ),
    "signature": ("Signature (Ed25519)", "Handtekening (Ed25519)", "Signature (Ed25519)"),
    "key": ("Public key", "Publieke sleutel", "Clé publique"),
    "sign": (
        "Name, function, date and signature of the data protection officer",
        "Naam, functie, datum en handtekening van de functionaris voor gegevensbescherming",
        "Nom, fonction, date et signature du délégué à la protection des données",
    ),
    "to_list": ("All erasures", "Alle verwijderingen", "Tous les effacements"),
}
WORDS = {lang: {key: texts[place] for key, texts in _WORDS.items()} for place, lang in enumerate(LANGUAGES)}


def word(key: str, lang: str) -> str:
    """Return what a page calls something; what has no word, such as a file, stands for itself."""
    return WORDS[lang].get(key, key)
