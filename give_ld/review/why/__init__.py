"""Why something is here, and who said so: the chain behind a guess or a fact, as far as the asker may see it."""
