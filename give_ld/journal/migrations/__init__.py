"""The tables of the journal, step by step. A step that changes the read model leaves it empty: events make it again."""
