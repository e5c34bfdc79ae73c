"""Text for people: one file a verb, each a function `write(page, …)`."""
