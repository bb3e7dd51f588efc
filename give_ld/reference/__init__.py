"""The shared reference set: whom the pipeline may look for, because a person decided so."""
