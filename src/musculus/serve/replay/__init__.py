"""What the player of a recording reads: its events as columns in one binary file, and its strokes beside people's."""
