"""Described networks for people and for programs: terminal, JSON, LaTeX, SVG, HTML, a torch module."""
