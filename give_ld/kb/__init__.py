"""Which people, places and organisations have a name that may be spoken: the read-only knowledge base.

The shipped snapshot, `entities.tsv`, holds facts of Wikidata (CC0): identifiers, names, types. The members of the
Belgian Chamber (54th term) were found through everypolitician. A larger snapshot is built with `build_kb`.
"""
