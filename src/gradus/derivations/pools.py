"""Names that questions are drawn with; sizes keep k, r, s, p, m and d for themselves."""

from __future__ import annotations

PARAMETERS = ("theta", "theta_d", "phi", "psi", "omega", "w", "w_d", "v", "beta", "xi")
GENERATOR_PARAMETERS = ("theta_g", "phi_g", "omega_g", "psi_g", "v_g", "gamma", "zeta", "nu")
DISCRIMINATORS = ("D", "C", "F", "Q", "H", "h", "f", "D_1")
GENERATORS = ("G", "T", "R", "M", "g", "q")
SAMPLES = ("X", "Y", "U", "x", "y", "u")
NOISE = ("Z", "E", "V", "z", "e", "c")
COUNTS = ("n", "N", "B", "b")
LOSSES = ("L", "J", "E", "A", "K", "S")
STEPS = ("alpha", "eta", "epsilon", "gamma", "lambda", "mu", "tau", "rho")
