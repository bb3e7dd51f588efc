"""How a person disappears from an instance, and how that is proven."""
