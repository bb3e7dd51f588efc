"""The system of record: what came in, what was decided, and the tables that answer for the present."""
