"""One file a step; what is in it stays as it is once it was released."""
