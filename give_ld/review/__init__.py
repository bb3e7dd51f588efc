"""What people decide, what follows from it in both graphs, and why something is public."""
