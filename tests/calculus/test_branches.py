"""Every branch of a key is reached: an answer that is wrong in a rare one is wrong."""

import pytest

from gradus.calculus import declare, prepare, read

WORDS = declare({"z": "scalar", "k": "positive scalar", "m": "positive scalar"})
KEY = "(k*z - m)/k when (k*z - m)/k > 0, (k*z + m)/k when (k*z + m)/k < 0, 0 otherwise"


@pytest.mark.parametrize(
    "wrong",
    [
        "(k*z - m)/k when (k*z - m)/k > 0, (k*z + 5*m)/k when (k*z + m)/k < 0, 0 otherwise",
        "(k*z - m)/k when (k*z - m)/k > 0, (5*k*z + m)/k when (k*z + m)/k < 0, 0 otherwise",
        "(k*z - m)/k when (k*z - m)/k > 0, (k*z + m)/k when (z + m)/k < 0, 0 otherwise",
        "(k*z - m)/k when (k*z - 1)/k > 0, (k*z + m)/k when (k*z + m)/k < 0, 0 otherwise",
        "(k*z - m)/k when (k*z - m)/k > 0, (k*z + m)/k when (k*z + m)/k < 0, z/50 otherwise",
    ],
)
def test_a_wrong_branch_is_found_however_the_points_fall(wrong: str) -> None:
    tree = read(wrong, WORDS).expression
    for seed in range(20):
        key = prepare(read(KEY, WORDS).expression, WORDS, seed=seed)
        assert key.compare(tree).outcome == "different"
        assert key.compare(read("sign(z)*max(|z| - m/k, 0)", WORDS).expression).outcome == "equal"
