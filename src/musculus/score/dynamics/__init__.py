"""How a pointer moves, stroke by stroke: rows of one stroke, evidence for each, and what several of them add up to.

`columns` names what is read, `profile` computes what the table of measures doesn't hold, `strokes` cuts and renders,
`evidence` scores, `fusion` adds up, `live` follows a recording that is still going on.
"""
