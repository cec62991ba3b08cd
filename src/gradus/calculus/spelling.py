"""How things are spelt: the patterns of tokens on a keyboard, in NumPy and in LaTeX, and what each sign stands for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_GREEK = "α-ωΑ-Ωϵϕ"
_PRIME = r"(?:['′]|\^\{?\\prime(?:\s*\\prime)*\}?)*"
_STYLED = (
    r"\\(?:mathbf|mathrm|mathcal|mathit|mathsf|mathbb|boldsymbol|bm|textbf|text|operatorname\*?|vec|hat|bar|tilde|dot|widehat)"
    r"\s*(?:\{[^{}]*\}|[A-Za-z](?![A-Za-z]))"
)
_SUPER = r"\^(?:\{\s*(?:\[[^\[\]{}]*\]|\([^(){}]*\)|\*|\\star|\\ast)\s*\}|\*(?!\*)|\\(?:star|ast)(?![A-Za-z])|\([a-z]\)|\[[^\[\]]*\])"
_BRACED = r"_\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
_ORDER = r"(?:\{[^{}]*\}|\\infty(?![A-Za-z])|infty|inf|∞|\w)"  # of a norm
_RULE = r"(?:\\\||\\[lr]?[Vv]ert(?![A-Za-z])|‖|\|)"
_BRACKET = r"\[\s*[A-Za-z](?:\s*[+\-−]\s*\d+)?\s*\]"


def _name(subscript: str) -> str:
    scripts = rf"(?:{_BRACED}|_\s*(?:{subscript}|\\[A-Za-z]+|[{_GREEK}])|{_SUPER}|{_BRACKET})*"
    base = rf"(?:{_STYLED}|\\[A-Za-z]+|[A-Za-z][A-Za-z0-9]*|[{_GREEK}𝟙ℓ](?:\d+)?)"
    return rf"{base}{_PRIME}{scripts}{_PRIME}"


def _pattern(subscript: str) -> re.Pattern[str]:
    name = _name(subscript)
    nabla = rf"(?:∇|\\nabla)\s*(?:_\s*(?:\{{[^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*\}}|\\?[A-Za-z]+(?:_\w)?|[{_GREEK}](?:_\w)?))?\s*"
    rules = {
        "SIDED": rf"\\(?:left|right)\s*{_RULE}(?:_\s*{_ORDER})?",
        "BLANK": rf"(?:\s|\\[,;:! ]|\\q?quad\b|~|\\(?:left|right)(?![A-Za-z])(?!\s*{_RULE})|\\(?:big|Big|bigl|bigr|Bigl|Bigr|displaystyle|textstyle|limits)(?![A-Za-z])|&(?=\s*=)|\$)+",
        "NUMBER": r"\d+(?:\.\d+)?(?:[eE][+-]?\d+(?![A-Za-z]))?|\.\d+",
        "SUM": r"(?:\\sum|\\prod|∑|Σ|∏|(?:sum|prod|mean|max|min)(?=_)|\\operatorname\{(?:mean|sum|prod|max|min)\}(?=\s*_)|\\(?:max|min)(?=\s*_))\s*(?:\\limits)?\s*"
        r"(?P<low>_\s*(?:\{[^{}]*\}|\([^()]*\)|[A-Za-z]))?\s*(?P<high>\^\s*(?:\{[^{}]*\}|\w))?(?![A-Za-z0-9])",
        "EACH": r"\^\s*\{\s*(?:\\odot|\\circ|⊙|∘)",
        "PARTIAL": r"\\[dt]?frac\s*\{\s*(?:\\partial|∂|\\mathrm\{d\}|d(?=\s*[A-Za-z\\}]))[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}"
        r"\s*\{\s*(?:\\partial|∂|\\mathrm\{d\}|d)(?![a-z]{2})[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}"
        rf"|(?:∂|\\partial)\s*(?:{name})?\s*/\s*(?:∂|\\partial)\s*{name}|d[A-Za-z]\w*\s*/\s*d[A-Za-z]\w*|d\s*/\s*d[A-Za-z]\w*",
        "NABLA": rf"{nabla}{name}",
        "RATIO": r"\\[dt]?frac\s*(\d)\s*(\d|[A-Za-z])",
        "FRAC": r"\\[dt]?frac(?![A-Za-z])",
        "ROOT": r"\\sqrt(?![A-Za-z])|√",
        "INTEGRAL": r"\\int(?![A-Za-z])|∫|\\lim(?![A-Za-z])",
        "TRANSPOSE": r"\.T\b(?!\()|\.transpose\(\)|\.t\(\)|\^\s*(?:\{\s*(?:T|\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\{T\}|⊤)\s*\}|T(?![A-Za-z0-9_])|\\top(?![A-Za-z])|\\intercal(?![A-Za-z])|⊤)|ᵀ|⊤",
        "INVERSE": r"\^\s*\{\s*-\s*(?:T|\\top)\s*\}|\^-T\b",
        "MODULE": r"(?:np|numpy|jnp|torch|math|tf|F)\.(?:linalg\.|nn\.)?(?=[A-Za-z])",
        "WORD": r"(?:,\s*)?\\(?:text|mathrm|textrm)\s*\{\s*(?:,?\s*(?:if|when|for|where|otherwise|else|and)\s*)\}|(?:,\s*)?(?:if|when|whenever|for|where(?!\())(?![A-Za-z0-9_(])|(?:otherwise|else|and|True)(?![A-Za-z0-9_(])|∧|\\(?:land|wedge)(?![A-Za-z])",
        "AMPERSAND": r",?\s*&",
        "CASES": r"\\(?:begin|end)\s*\{(?:cases|dcases|rcases)\}|\\\\",
        "OPERATOR": r"\\(?:cdot|times|odot|circ|otimes|le|leq|ge|geq|lt|gt|ne|neq|leqslant|geqslant|div|ast|star|bullet)(?![A-Za-z])",
        "BAR": rf"\\[lr]?[Vv]ert(?:_\s*{_ORDER})?(?![A-Za-z])|(?:\\\||\|\||‖)(?:_\s*{_ORDER})?|\|",
        "STARRED": rf"(?:{_STYLED}|\\[A-Za-z]+|[A-Za-z][A-Za-z0-9]*|[{_GREEK}])(?:{_BRACED}|_\s*\w+)?\*(?=\s*(?:[)|\]}},;≤≥<>=]|\\le|\\ge|$|when\b|if\b|[+\-−/]\s))",
        "NAME": name,
        "SIGN": r"\*\*|\.\*|<=|>=|==|!=|[-+−–*@·×⊙∘⊗/÷^()\[\]{},;&<>=≤≥≠!⋅•]|[²³]",
    }
    return re.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in rules.items()))


@lru_cache(maxsize=2)
def pattern(tex: bool) -> re.Pattern[str]:
    """Return the pattern of a token; in LaTeX a subscript without braces is one character. Compiled when first needed: 30 ms."""
    return _pattern(r"[A-Za-z0-9]" if tex else r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")


_TIMES = {
    "·": "·", "⋅": "·", "•": "·", "\\cdot": "·", "\\bullet": "·", "×": "×", "\\times": "×", "⊙": "⊙", "∘": "⊙", ".*": "⊙",
    "\\odot": "⊙", "\\circ": "⊙", "⊗": "⊗", "\\otimes": "⊗", "*": "*", "\\ast": "*", "\\star": "*", "@": "@", "/": "/", "÷": "/", "\\div": "/",
}  # fmt: skip
_RELATION = {
    "<": "<", ">": ">", "=": "=", "==": "=", "≤": "<=", "<=": "<=", "≥": ">=", ">=": ">=", "≠": "!=", "!=": "!=", "\\le": "<=",
    "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\lt": "<", "\\gt": ">", "\\ne": "!=", "\\neq": "!=",
}  # fmt: skip
_SINGLE = {
    "(": "LPAR", ")": "RPAR", "{": "LBR", "}": "RBR", "[": "LSQ", "]": "RSQ", ",": "COMMA", ";": "SEMI", "&": "AMP", "!": "BANG",
    "²": "POWER", "³": "POWER",
}  # fmt: skip
SIGNS: Final = (
    {sign: ("MUL", canon) for sign, canon in _TIMES.items()}
    | {sign: ("REL", canon) for sign, canon in _RELATION.items()}
    | {sign: (kind, sign) for sign, kind in _SINGLE.items()}
    | {"^": ("CARET", "^"), "**": ("CARET", "**")}
    | {"+": ("ADD", "+"), "-": ("ADD", "-"), "−": ("ADD", "-"), "–": ("ADD", "-")}
)
# a word that no script, prime or slash may follow up, and that no other rule claims; a whole number; a sign of one
# character
QUICK: Final = re.compile(
    r" ?(?:((?!d|sum|prod|mean|max|min|if|when|for|where|otherwise|else|and|True|np|F\b|tf|math|torch|jnp|numpy|grad)[A-Za-z][A-Za-z0-9]*)(?=[)+,/(]|\*[\w(*]|[ ]?[-+/)]|$)"
    r"|(\d+)(?=[-+*/) ,^]|$)|(\*\*?|[-+/(),]))"
)
