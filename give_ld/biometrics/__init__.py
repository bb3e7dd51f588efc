"""Fingerprints, face crops and reference photos: a store of their own, addressed by id, erasable, never public."""
