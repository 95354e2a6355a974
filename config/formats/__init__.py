"""Django's formats, but one clock everywhere: 24 hours. English has 12 in Django."""
