"""How messages leave the bank: one contract, one module per protocol. Nothing here knows the database."""
