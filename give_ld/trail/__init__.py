"""What an auditor reads of the journal: who did what, when, about what; as a log, as an export, and as a proof."""
