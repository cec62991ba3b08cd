"""One file, one family of questions; the folder is the list."""
