"""Embedding and output layer: published models, tied weights, and what goes wrong."""

import pytest

from gradus.answers import Count
from gradus.families.embedding_parameters import EmbeddingParameters
from gradus.grading import grade

TIED = EmbeddingParameters(vocabulary=5000, width=64, positions=100, tied=True, bias=True)
OWN = EmbeddingParameters(vocabulary=5000, width=64, positions=100, tied=False, bias=False)


@pytest.mark.parametrize(
    ("variant", "embedding", "total"),
    [
        pytest.param(
            EmbeddingParameters(vocabulary=50_257, width=768, positions=1024, tied=True, bias=False),
            38_597_376 + 786_432, 39_383_808, id="GPT-2 small: wte and wpe; 124,439,808 less 12 blocks and a norm",
        ),
        pytest.param(
            EmbeddingParameters(vocabulary=30_522, width=768, positions=512, tied=True, bias=True),
            23_440_896 + 393_216, 23_834_112 + 30_522, id="BERT base: words and positions, decoder bias",
        ),
        pytest.param(
            EmbeddingParameters(vocabulary=20_000, width=128, positions=0, tied=False, bias=True),
            2_560_000, 2_560_000 + 129 * 20_000, id="the embedding of Keras' IMDB example has 2,560,000",
        ),
    ],
)  # fmt: skip
def test_published_models_come_out_as_published(variant: EmbeddingParameters, embedding: int, total: int) -> None:
    assert variant.key() == {"embedding": Count(embedding, "parameters"), "total": Count(total, "parameters")}
    assert variant.witness() == variant.key()


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (TIED, "embedding", 320_000, "positions_forgotten"),
        (TIED, "embedding", 326_464, "bias_added"),
        (TIED, "embedding", 6464, "width_only"),
        (TIED, "embedding", 25_006_400, "words_squared"),
        (TIED, "total", 326_400 + 325_000, "tied_counted_twice"),
        (TIED, "total", 326_400, "bias_forgotten"),
        (TIED, "total", 326_464, "bias_of_width"),
        (TIED, "total", 325_000, "positions_forgotten"),
        (OWN, "total", 326_400, "tied_by_habit"),
        (OWN, "total", 326_400 + 325_000, "bias_added"),
    ],
)
def test_a_mistake_is_recognised(variant: EmbeddingParameters, part: str, answer: int, mistake: str) -> None:
    assert TIED.key()["total"] == Count(331_400, "parameters")
    assert OWN.key()["total"] == Count(646_400, "parameters")
    assert grade(variant, {part: str(answer)})[part].mistake == mistake


def test_a_wrong_embedding_that_is_used_rightly_keeps_the_total() -> None:
    verdicts = grade(OWN, {"embedding": "320000", "total": "640000"})
    assert [verdict.status for verdict in verdicts.values()] == ["partial", "followed"]
