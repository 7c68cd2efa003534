"""One file for each thing that people come for."""
