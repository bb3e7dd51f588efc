"""Which triples are stored, and how they are asked for: the graphs, their snapshots and the isolated query workers."""
