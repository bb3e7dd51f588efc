"""How guesses of other systems come in: a parser a format, which says what its source says and nothing more."""
