"""What a customer success manager knows and decides: no I/O, no SDK."""
