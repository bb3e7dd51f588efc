"""What the pages on which people sign in call things, in English, Dutch and French."""

from __future__ import annotations

from give_ld.access.passwords import SHORTEST

LANGUAGES = ("en", "nl", "fr")
_WORDS = {
    "title": ("Sign in", "Aanmelden", "Se connecter"),
    "name": ("Name", "Naam", "Nom"),
    "password": ("Password", "Wachtwoord", "Mot de passe"),
    "enter": ("Sign in", "Aanmelden", "Se connecter"),
    "organisation": (
        "Sign in with your organisation",
        "Aanmelden met je organisatie",
        "Se connecter avec votre organisation",
    ),
    "with_token": ("Sign in with a token", "Aanmelden met een token", "Se connecter avec un jeton"),
    "token": ("Token", "Token", "Jeton"),
    "signed_out": ("You have signed out.", "Je bent afgemeld.", "Vous êtes déconnecté."),
    "provider_too": (
        "You are still signed in with your organisation: sign out there too",
        "Je bent nog aangemeld bij je organisatie: meld je daar ook af",
        "Vous êtes encore connecté auprès de votre organisation : déconnectez-vous là aussi",
    ),
    "password_set": (
        "Your password is set. Sign in with it.",
        "Je wachtwoord is ingesteld. Meld je ermee aan.",
        "Votre mot de passe est enregistré. Connectez-vous.",
    ),
    "sign-in": (
        "This is not right, or is no longer valid. Try again, or ask an administrator.",
        "Dit klopt niet, of is niet meer geldig. Probeer opnieuw, of vraag het een beheerder.",
        "Ce n'est pas correct, ou plus valable. Réessayez, ou adressez-vous à un administrateur.",
    ),
    "attempts": (
        "Too many attempts. Seconds to wait:",
        "Te veel pogingen. Seconden te wachten:",
        "Trop de tentatives. Secondes à attendre :",
    ),
    "provider": (
        "Your organisation could not say who you are. Try again, or ask an administrator.",
        "Je organisatie kon niet zeggen wie je bent. Probeer opnieuw, of vraag het een beheerder.",
        "Votre organisation n'a pas pu dire qui vous êtes. Réessayez, ou adressez-vous à un administrateur.",
    ),
    "no-role": (
        "Your organisation gives you no role here. Ask an administrator.",
        "Je organisatie geeft je hier geen rol. Vraag het een beheerder.",
        "Votre organisation ne vous donne aucun rôle ici. Adressez-vous à un administrateur.",
    ),
    "set_title": ("Set your password", "Je wachtwoord instellen", "Définir votre mot de passe"),
    "code": ("One-time code", "Eenmalige code", "Code à usage unique"),
    "set": ("Set password", "Wachtwoord instellen", "Définir le mot de passe"),
    "rule": (
        f"At least {SHORTEST} characters, without your name. A few words are good.",
        f"Minstens {SHORTEST} tekens, zonder je naam. Een paar woorden is goed.",
        f"Au moins {SHORTEST} caractères, sans votre nom. Quelques mots conviennent.",
    ),
    "password-length": (
        "This password is too short or too long.",
        "Dit wachtwoord is te kort of te lang.",
        "Ce mot de passe est trop court ou trop long.",
    ),
    "password-variety": (
        "This password has too few different characters.",
        "Dit wachtwoord heeft te weinig verschillende tekens.",
        "Ce mot de passe a trop peu de caractères différents.",
    ),
    "password-name": (
        "This password holds your name.",
        "Je naam staat in dit wachtwoord.",
        "Ce mot de passe contient votre nom.",
    ),
}


def login_words(lang: str) -> dict[str, str]:
    """Return the words of the pages in a language of `LANGUAGES`."""
    return {name: words[LANGUAGES.index(lang)] for name, words in _WORDS.items()}
