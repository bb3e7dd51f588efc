"""How fast the service is: benches on made records, each a command that prints the machine and the numbers."""
