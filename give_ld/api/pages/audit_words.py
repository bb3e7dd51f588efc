"""What the pages of an auditor call things, in English, Dutch and French."""

from __future__ import annotations

LANGUAGES = ("en", "nl", "fr")
_WORDS = {
    "log": ("Who did what", "Wie deed wat", "Qui a fait quoi"),
    "log_intro": (
        "Every entry of the journal, the newest first. Nothing in it can be changed unseen:",
        "Elke regel van het journaal, de nieuwste eerst. Niets erin kan ongemerkt veranderen:",
        "Chaque entrée du journal, la plus récente d'abord. Rien ne peut y changer sans que cela se voie :",
    ),
    "log_verify": ("check it", "controleer het", "vérifiez-le"),
    "filter": ("Search the log", "Zoek in het logboek", "Chercher dans le journal"),
    "person": ("Person (name or id)", "Persoon (naam of id)", "Personne (nom ou id)"),
    "partner": ("Organisation (OR-id)", "Organisatie (OR-id)", "Organisation (id OR)"),
    "from": ("From (day)", "Van (dag)", "Du (jour)"),
    "until": ("Until (day, included)", "Tot en met (dag)", "Au (jour inclus)"),
    "agent": ("Software", "Software", "Logiciel"),
    "action": ("What happened", "Wat er gebeurde", "Ce qui s'est passé"),
    "annotation": ("Annotation (IRI)", "Annotatie (IRI)", "Annotation (IRI)"),
    "item": ("Item (IRI or id)", "Item (IRI of id)", "Objet (IRI ou id)"),
    "all": ("all", "alle", "tous"),
    "search": ("Search", "Zoeken", "Chercher"),
    "reset": ("Show everything", "Toon alles", "Tout afficher"),
    "count": ("Entries found: {}", "Gevonden regels: {}", "Entrées trouvées : {}"),
    "more": ("Entries found: more than {}", "Gevonden regels: meer dan {}", "Entrées trouvées : plus de {}"),
    "none": ("No entry was found.", "Er is geen regel gevonden.", "Aucune entrée trouvée."),
    "older": ("Older entries", "Oudere regels", "Entrées plus anciennes"),
    "newest": ("To the newest", "Naar de nieuwste", "Aux plus récentes"),
    "export": ("These entries as data:", "Deze regels als data:", "Ces entrées en données :"),
    "entry": ("Entry", "Regel", "Entrée"),
    "when": ("When", "Wanneer", "Quand"),
    "what": ("What", "Wat", "Quoi"),
    "who": ("Who", "Wie", "Qui"),
    "for": ("for", "voor", "pour"),
    "about": ("About", "Waarover", "À propos de"),
    "hash": ("hash", "hash", "empreinte"),
    "why": ("why?", "waarom?", "pourquoi ?"),
    "erased": ("what it said was erased", "wat er stond is gewist", "son contenu a été effacé"),
    "reason": ("reason", "reden", "motif"),
    "verify": ("Is the journal whole?", "Is het journaal heel?", "Le journal est-il intact ?"),
    "verify_intro": (
        "Each entry carries the hash of the one before it, so that no entry can be changed, dropped, added or moved "
        "without every later hash changing too.",
        "Elke regel draagt de hash van de vorige, zodat geen regel veranderd, weggelaten, toegevoegd of verplaatst kan "
        "worden zonder dat elke latere hash mee verandert.",
        "Chaque entrée porte l'empreinte de la précédente : aucune ne peut être modifiée, supprimée, ajoutée ou "
        "déplacée sans que toutes les suivantes changent.",
    ),
    "whole": ("The journal is whole.", "Het journaal is heel.", "Le journal est intact."),
    "broken": ("The journal is broken", "Het journaal is niet heel", "Le journal est endommagé"),
    "at_entry": ("at entry", "bij regel", "à l'entrée"),
    "reading": ("The chain is being read", "De keten wordt gelezen", "La chaîne est en cours de lecture"),
    "of": ("of", "van", "sur"),
    "look_again": ("Look again", "Kijk opnieuw", "Regarder à nouveau"),
    "entries": ("Entries read", "Gelezen regels", "Entrées lues"),
    "since": ("Entries since then", "Regels sindsdien", "Entrées depuis"),
    "head": ("Hash of the last of them", "Hash van de laatste ervan", "Empreinte de la dernière"),
    "erased_count": (
        "Entries whose content is gone",
        "Regels waarvan de inhoud weg is",
        "Entrées dont le contenu a disparu",
    ),
    "read_at": ("Read at", "Gelezen op", "Lu le"),
    "checkpoint": ("Last checkpoint", "Laatste ijkpunt", "Dernier point de contrôle"),
    "checkpoint_intro": (
        "A signed statement of where the journal ended. Keep it outside this service: with it anybody can tell later "
        "whether entries were lost or replaced.",
        "Een ondertekende verklaring van waar het journaal eindigde. Bewaar ze buiten deze dienst: zo kan iedereen "
        "later zien of er regels verloren of vervangen zijn.",
        "Une déclaration signée de l'endroit où le journal finissait. Gardez-la hors de ce service : chacun pourra "
        "voir plus tard si des entrées ont été perdues ou remplacées.",
    ),
    "download": ("Download a checkpoint", "Download een ijkpunt", "Télécharger un point de contrôle"),
    "signature": ("Signature (Ed25519)", "Handtekening (Ed25519)", "Signature (Ed25519)"),
    "key": ("Public key", "Publieke sleutel", "Clé publique"),
    "statement": ("Statement", "Verklaring", "Déclaration"),
    "compare": (
        "Compare a checkpoint that you kept",
        "Vergelijk een ijkpunt dat u bewaarde",
        "Comparer un point de contrôle gardé",
    ),
    "file": ("Checkpoint file", "Bestand met het ijkpunt", "Fichier du point de contrôle"),
    "do_compare": ("Compare", "Vergelijken", "Comparer"),
    "holds": (
        "The journal still holds this entry, unchanged:",
        "Het journaal bevat deze regel nog, onveranderd:",
        "Le journal contient toujours cette entrée, inchangée :",
    ),
    "lost": (
        "The journal does not hold this entry any more; it is gone or was replaced:",
        "Het journaal bevat deze regel niet meer; ze is weg of vervangen:",
        "Le journal ne contient plus cette entrée ; elle a disparu ou a été remplacée :",
    ),
    "no_checkpoint": (
        "This is no checkpoint of this service:",
        "Dit is geen ijkpunt van deze dienst:",
        "Ceci n'est pas un point de contrôle de ce service :",
    ),
    "yourself": ("How to check it yourself", "Hoe u het zelf controleert", "Comment vérifier vous-même"),
    "yourself_intro": (
        "On the server, or on a restored backup, where FILE is a checkpoint that you kept:",
        "Op de server, of op een teruggezette back-up, waarbij FILE een ijkpunt is dat u bewaarde:",
        "Sur le serveur, ou sur une sauvegarde restaurée, FILE étant un point de contrôle gardé :",
    ),
    "to_log": ("To the log", "Naar het logboek", "Vers le journal"),
    "sign_out": ("Sign out", "Afmelden", "Se déconnecter"),
    "action.partner.added": ("organisation added", "organisatie toegevoegd", "organisation ajoutée"),
    "action.item.recorded": ("item described", "item beschreven", "objet décrit"),
    "action.run.recorded": ("run recorded", "run vastgelegd", "traitement enregistré"),
    "action.annotation.proposed": ("annotation proposed", "annotatie voorgesteld", "annotation proposée"),
    "action.annotation.decided": ("annotation decided", "annotatie beslist", "annotation décidée"),
    "action.annotation.corrected": ("annotation corrected", "annotatie verbeterd", "annotation corrigée"),
    "action.annotation.superseded": ("annotation superseded", "annotatie vervangen", "annotation remplacée"),
    "action.person.admitted": (
        "person admitted to the reference set",
        "persoon toegelaten tot de referentieset",
        "personne admise au jeu de référence",
    ),
    "action.person.erased": ("person erased", "persoon verwijderd", "personne effacée"),
    "action.refset.versioned": (
        "version of the reference set",
        "versie van de referentieset",
        "version du jeu de référence",
    ),
    "action.user.added": ("user added", "gebruiker toegevoegd", "utilisateur ajouté"),
    "action.token.issued": ("token issued", "token uitgegeven", "jeton émis"),
    "verdict.approve": ("approved", "goedgekeurd", "approuvé"),
    "verdict.reject": ("rejected", "afgekeurd", "rejeté"),
    "verdict.unsuitable": ("unsuitable", "ongeschikt", "inadéquat"),
    "verdict.correct": ("corrected", "verbeterd", "corrigé"),
    "verdict.withdraw": ("withdrawn", "ingetrokken", "retiré"),
    "verdict.agree": ("agreed", "eens", "d'accord"),
    "verdict.disagree": ("disagreed", "oneens", "pas d'accord"),
    "verdict.undo": ("undone", "ongedaan gemaakt", "annulé"),
    "status.proposed": ("proposed", "voorgesteld", "proposé"),
    "status.approved": ("approved", "goedgekeurd", "approuvé"),
    "status.rejected": ("rejected", "afgekeurd", "rejeté"),
    "status.unsuitable": ("unsuitable", "ongeschikt", "inadéquat"),
    "status.superseded": ("superseded", "vervangen", "remplacé"),
    "status.withdrawn": ("withdrawn", "ingetrokken", "retiré"),
}
WORDS = {lang: {key: texts[place] for key, texts in _WORDS.items()} for place, lang in enumerate(LANGUAGES)}


def word(key: str, lang: str) -> str:
    """Return what a page calls a value, `action.item.recorded`; one that has no word stands for itself."""
    return WORDS[lang].get(key) or key.partition(".")[2]
