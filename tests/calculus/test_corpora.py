"""Every pair of both corpora is decided, and decided rightly."""

from __future__ import annotations

import pytest

from gradus.calculus import prepare, read
from tests.calculus.corpora import matrix_words, open_words, rows, with_named_sizes


def test_all_scalar_pairs_are_decided_rightly() -> None:
    wrong = []
    for row in rows("equivalent.jsonl"):
        words = open_words(row["domain"])
        verdict = prepare(read(row["a"], words).expression, words).compare(read(row["b"], words).expression)
        if verdict.outcome != ("equal" if row["expected"] else "different"):
            wrong.append((row["a"], row["b"], verdict.outcome, verdict.said))
    assert wrong == []


@pytest.mark.parametrize("named", [False, True], ids=["sizes as given", "sizes with names"])
@pytest.mark.parametrize("suffix", ["", "_latex"], ids=["plain", "latex"])
def test_all_matrix_pairs_are_decided_rightly(suffix: str, named: bool) -> None:
    wrong = []
    for row in rows("matrix_calculus.jsonl"):
        words = matrix_words(row, named)
        gold, pred = (
            with_named_sizes(row[kind + suffix]) if named else row[kind + suffix] for kind in ("gold", "pred")
        )
        verdict = prepare(read(gold, words).expression, words).compare(read(pred, words).expression)
        if verdict.outcome != ("equal" if row["expected"] else "different"):
            wrong.append((gold, pred, verdict.outcome, verdict.said))
    assert wrong == []


def test_every_expression_of_the_corpus_reads_back_from_plain_text_and_latex() -> None:
    from gradus.calculus import latex, plain

    wrong = []
    for row in rows("equivalent.jsonl"):
        words = open_words(row["domain"])
        for text in (row["a"], row["b"]):
            if len(text) > 2000:
                continue
            tree = read(text, words).expression
            key = prepare(tree, words)
            wrong += [
                (text, printed)
                for printed in (plain(tree), latex(tree))
                if key.compare(read(printed, words).expression).outcome != "equal"
            ]
    assert wrong == []
