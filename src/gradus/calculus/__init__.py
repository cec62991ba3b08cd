r"""The language of tensor expressions: read, print, compare, differentiate.

    from gradus.calculus import declare, derive, prepare, read, read_program

    words = declare({"X": "n × d", "w": "d", "y": "n"})
    key = prepare(read("2/n * X^T (X w - y)", words).expression, words)
    verdict = key.compare(read(r"\frac{2}{n} (X^T X w - X^T y)", words).expression)

Importing this loads the standard library only; lark and NumPy are loaded by the first text that is read and compared.
"""

from gradus.calculus.derive import Derivation, Step, derive
from gradus.calculus.equality import Key, prepare
from gradus.calculus.expression import Expression
from gradus.calculus.latex import latex, mathml
from gradus.calculus.minimiser import minimiser
from gradus.calculus.mistakes import Slip, explain
from gradus.calculus.program import Program, read_program
from gradus.calculus.read import Ambiguous, Reading, read
from gradus.calculus.text import plain
from gradus.calculus.verdict import Certificate, Verdict
from gradus.calculus.vocabulary import OPEN, Operation, Symbol, Vocabulary, declare

__all__ = [
    "OPEN",
    "Ambiguous",
    "Certificate",
    "Derivation",
    "Expression",
    "Key",
    "Operation",
    "Program",
    "Reading",
    "Slip",
    "Step",
    "Symbol",
    "Verdict",
    "Vocabulary",
    "declare",
    "derive",
    "explain",
    "latex",
    "mathml",
    "minimiser",
    "plain",
    "prepare",
    "read",
    "read_program",
]
