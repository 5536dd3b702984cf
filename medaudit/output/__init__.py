"""How frames become text and files: the last room, which knows of no other but language and errors."""
