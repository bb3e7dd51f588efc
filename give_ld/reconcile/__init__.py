"""Which known person, place or organisation a name in somebody's table means: the Reconciliation API."""
