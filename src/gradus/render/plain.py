"""Maths for a terminal: LaTeX commands as the characters they stand for, fractions on one line.

Libraries for this drop what changes the meaning (the bars of a norm, the space in 3 × 3); prompts use little of LaTeX,
so a table does, and a command that is not in it stays readable as it is.
"""

from __future__ import annotations

import re

_NAMES = {
    "times": "×", "cdot": "·", "odot": "⊙", "circ": "∘", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "ne": "≠", "neq": "≠", "approx": "≈", "in": "∈", "to": "→", "rightarrow": "→", "leftarrow": "←", "mapsto": "↦",
    "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "top": "ᵀ", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "dots": "…", "ldots": "…", "cdots": "⋯", "star": "*", "ast": "*",
    "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "Vert": "‖", "mid": "|", "quad": "  ",
    "qquad": "    ", "mathbb": "",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "left": "", "right": "",
    "displaystyle": "", "big": "", "Big": "", "bigl": "", "bigr": "", "tfrac": "\\frac", "dfrac": "\\frac",
}  # fmt: skip
_FUNCTIONS = frozenset(
    {"log", "ln", "exp", "max", "min", "tanh", "sin", "cos", "det", "argmin", "argmax", "sup", "lim"}
)
_OPENING = frozenset({"nabla", "partial", "lfloor", "lceil", "sum", "prod", "int"})
_GROUP = r"\{([^{}]*)\}"
_WORDS = re.compile(r"\\(?:text|mathrm|mathbf|mathit|mathsf|operatorname|boldsymbol|tilde|bar)\s*" + _GROUP)
_HAT = re.compile(r"\\hat\s*" + _GROUP)  # an estimate is not what it estimates: x̂ is not x
_ROOT = re.compile(r"\\sqrt\s*" + _GROUP)
_FRACTION = re.compile(r"\\frac\s*" + _GROUP + r"\s*" + _GROUP)
_SHORT_FRACTION = re.compile(r"\\frac\s*(\d)\s*(\w)")
_SCRIPT = re.compile(r"([_^])" + _GROUP)
_COMMAND = re.compile(r"\\([A-Za-z]+) ?")
DEEPEST = 20


def to_plain(text: str) -> str:
    r"""Return Markdown with maths in `$…$` as text for a terminal, emphasis kept.

    >>> print(to_plain(r"a kernel of $3 \times 3$ and a step $\alpha$"))
    a kernel of 3 × 3 and a step α
    >>> print(to_plain(r"$\frac{1}{n}\sum_{i=1}^n \nabla_{\theta} D(X_i) \cdot \|w\|_1$"))
    1/n∑_(i=1)^n ∇_θ D(X_i) · ‖w‖_1
    """
    return re.sub(r"(\$\$?)([^$]*)\1", lambda found: _plain_maths(found[2]), text)


def _plain_maths(latex: str) -> str:
    latex = latex.replace(r"\|", "‖").replace(r"\{", "⦃").replace(r"\}", "⦄")
    latex = re.sub(r"\\[,;!: ]", " ", latex)
    latex = _COMMAND.sub(lambda found: _named(found[0], found[1]), latex)
    for _ in range(DEEPEST):  # from the innermost group outwards
        simpler = _SHORT_FRACTION.sub(r"\1/\2", latex)
        simpler = _HAT.sub("\\1\N{COMBINING CIRCUMFLEX ACCENT}", _WORDS.sub(r"\1", simpler))
        simpler = _ROOT.sub(lambda found: f"√{_bracketed(found[1])}", simpler)
        simpler = _FRACTION.sub(lambda found: f"{_bracketed(found[1])}/{_bracketed(found[2])}", simpler)
        simpler = _SCRIPT.sub(lambda found: found[1] + _bracketed(found[2]), simpler)
        if simpler == latex:
            break
        latex = simpler
    return latex.replace("^ᵀ", "ᵀ").replace("^*", "*").replace("⦃", "{").replace("⦄", "}")


def _named(found: str, name: str) -> str:
    """Return what a command stands for; the space that ends a command stays, but for what opens something."""
    if name in _FUNCTIONS:
        return found.removeprefix("\\")
    if name not in _NAMES:
        return found
    return _NAMES[name] + (" " if found.endswith(" ") and name not in _OPENING and _NAMES[name] else "")


def _bracketed(text: str) -> str:
    """Return a group in parentheses unless it is one thing."""
    return text if re.fullmatch(r"[∂∇]?\w*(\^?\[[^\[\]]*\])?|.", text) else f"({text})"
