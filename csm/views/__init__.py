"""Domain objects -> Card: what is said, and in which order, for every platform alike."""
