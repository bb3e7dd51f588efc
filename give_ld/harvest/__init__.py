"""How approved data leaves as a whole."""
