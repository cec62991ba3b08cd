"""What runs inside the sandbox: standard library and NumPy only, nothing of Gradus beyond this folder."""
