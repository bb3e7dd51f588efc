"""How models become quads: names, terms, IRIs, the mapping, the public view and the SHACL gate."""
