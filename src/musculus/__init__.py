"""musculus: what the way a pointer moves says about who, or what, moves it."""

__version__ = "0.1.0"
