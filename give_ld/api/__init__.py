"""How people and programs reach give-ld over HTTP."""
