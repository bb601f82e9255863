"""The compiled primitives measures are written with: views, differences, summaries, signs, the 10 ms grid."""
