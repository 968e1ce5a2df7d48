"""Posted work: its states, its pictures, and where it is."""
