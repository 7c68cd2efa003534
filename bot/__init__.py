"""People talk to us: one set of commands, and a surface for each platform."""
