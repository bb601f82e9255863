"""Set-ups that drive a browser to our demo page, each by its own means, for the proof `browser_arena`."""
