"""Figures: paths, maps, measures; matplotlib is imported when one is drawn."""
