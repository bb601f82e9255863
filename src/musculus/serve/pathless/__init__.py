"""Sites that keep measures only: frames stay in memory while a visit goes on, and measures of them are what is kept.

`columns` says which measures, `held` is the memory, `look` what the worker computes of a visit, `documents` what is
written, `keeper` writes it in time and lets go of the frames, `routes` gives it back.
"""
