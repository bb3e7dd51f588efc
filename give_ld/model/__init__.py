"""What an item, a guess, a person and a decision are: frozen pydantic models, no input or output."""
