"""Which paths answer what, a file a noun."""
