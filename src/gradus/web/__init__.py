"""The exam room in a browser: candidates sit an exam, staff run it; every page says who may see it."""
