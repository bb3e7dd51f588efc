"""Who comes in, and how: passwords, sessions, and the identity provider of an organisation."""
