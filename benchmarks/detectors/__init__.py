"""Detectors beside each other, and what the index of strokes seen before was made of and is judged by."""
