r"""One name for one thing, however it is written.

`W1`, `W_1`, `W_{1}` and `W^{[1]}` are `W_1`; `α`, `\alpha` and `alpha` are `alpha`.

Case counts. A canonical name is base, then `_` and the index, then `*` for a star: `w_i*`, `z_l+1`, `theta_d`.
"""

from __future__ import annotations

import re
from functools import lru_cache

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩϵϕ",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "omicron",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
            "epsilon",
            "phi",
        ],
        strict=True,
    )
)
GREEK_NAMES = frozenset(GREEK.values()) | {"varepsilon", "vartheta", "varphi", "varrho", "ell"}
LETTER = {name: letter for letter, name in reversed(GREEK.items())}
_VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "ell": "l"}
_STYLE = re.compile(
    r"\\(?:mathbf|mathrm|mathcal|mathit|mathsf|mathbb|boldsymbol|bm|text|textbf|operatorname\*?|vec)\s*\{([^{}]*)\}"
)
_ACCENT = re.compile(r"\\(?:wide)?(hat|bar|tilde|dot)\s*(?:\{\s*(\\?\w+)\s*\}|(\\?\w))")
_STAR = re.compile(r"\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|\*$")
_SCRIPT = re.compile(
    r"[_^]\s*(?:\{([^{}]*)\}|\(([^()]*)\)|\[([^\[\]]*)\]|(\\?[A-Za-z]+|\d+|[α-ωΑ-Ωϵϕ]))|\[([^\[\]]*)\]"
)


@lru_cache(maxsize=4096)
def split(raw: str) -> tuple[str, tuple[str, ...], str]:
    r"""Part a written name into base, indices and marks (`*` for a star, `'` for each prime).

    >>> split(r"W^{[l+1]}"), split(r"w_i^*"), split("x12"), split(r"\hat{y}_i"), split("g_1'"), split("X_{1,i}")[1]
    (('W', ('l+1',), ''), ('w', ('i',), '*'), ('x', ('12',), ''), ('y_hat', ('i',), ''), ('g', ('1',), "'"), ('1', 'i'))
    """
    text = raw.strip()
    primes = "'" * len(re.findall(r"['′]|\\prime", text))
    text = re.sub(r"\^\s*\{?\s*(?:\\prime\s*)+\}?|['′]", "", text)
    text = re.sub(r"\{\s*([\[(])(.*?)([\])])\s*\}", r"{\2}", text)
    text = _STYLE.sub(r"\1", text)
    star = "*" if _STAR.search(text) else ""
    text = _ACCENT.sub(lambda m: f"{m[2] or m[3]}⟂{m[1]}", _STAR.sub("", text))
    scripts = [index for found in _SCRIPT.findall(text) for index in _index("".join(found)).split(",") if index]
    base = _SCRIPT.sub("", text).strip("{} ")
    tail = re.fullmatch(r"(\D+?)(\d+)", base)
    if tail and "⟂" not in base:
        base, scripts = tail[1], [tail[2], *scripts]
    return _word(base).replace("⟂", "_"), tuple(scripts), star + primes


def _index(text: str) -> str:
    text = _STYLE.sub(r"\1", text).strip("[]() ")
    return re.sub(r"\\?([A-Za-z]+|[α-ωΑ-Ω])", lambda m: _word(m[1]), re.sub(r"[\s{}]+", "", text)).replace("−", "-")


def _word(text: str) -> str:
    text = text.strip().lstrip("\\")
    if text[:1] in GREEK:
        text = GREEK[text[0]] + text[1:]
    return _VARIANTS.get(text, text)


@lru_cache(maxsize=4096)
def canonical(raw: str) -> str:
    r"""Return the one name of a written name.

    >>> [canonical(t) for t in (r"W_{1}", "W1", r"\theta_d", "θ_d", r"w_i^*", "w^*_i", "z^{[l+1]}", "∂L/∂z_2")]
    ['W_1', 'W_1', 'theta_d', 'theta_d', 'w_i*', 'w_i*', 'z_l+1', 'd(L)/d(z_2)']
    """
    partial = _derivative(raw)
    if partial:
        return f"d({canonical(partial[0])})/d({canonical(partial[1])})"
    nabla = re.fullmatch(
        r"\s*(?:∇|\\nabla|grad\b)\s*((?:_\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|_\\?[A-Za-z]+|_[α-ω])(?:_\w)?)?\s*(.+)", raw
    )
    if nabla:
        by = _index(nabla[1][1:].strip("{}")) if nabla[1] else ""
        return f"∇_{{{by}}} {canonical(nabla[2])}" if by else f"∇{canonical(nabla[2])}"
    base, scripts, marks = split(raw)
    return "_".join((base, *scripts)) + marks


def _derivative(raw: str) -> tuple[str, str] | None:
    over = re.fullmatch(r"\s*\\[dt]?frac\s*\{(.*)\}\s*\{(.*)\}\s*", raw)
    parts = (over[1], over[2]) if over else tuple(raw.split("/")) if raw.count("/") == 1 else ()
    found = [
        re.fullmatch(r"\s*(?:∂|\\partial(?![A-Za-z])|\\mathrm\{d\}|d(?=[A-Za-z\\α-ωΑ-Ω]))\s*(.+?)\s*", part)
        for part in parts
    ]
    return (found[0][1], found[1][1]) if len(found) == 2 and found[0] and found[1] else None


@lru_cache(maxsize=4096)
def squashed(name: str) -> str:
    """Return a canonical name without its joints, which writers leave out: `Hii` for `H_ii`, `wi*` for `w_i*`."""
    return name.replace("_", "")
