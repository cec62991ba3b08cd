"""The ledger of counting conventions: where tools and papers differ, what we do, and what the others do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Convention:
    """One question on which counts differ.

    Args:
        name: its name.
        question: what has to be decided.
        ours: our default.
        others: who does otherwise, and how.
    """

    name: str
    question: str
    ours: str
    others: str


LEDGER = (
    Convention(
        "unit",
        "Is a multiplication with an addition one or two?",
        "one multiply-add (MAC), which is two FLOPs",
        "fvcore, thop and many papers print multiply-adds under the name FLOPs; FlopCounterMode and calflops print two",
    ),
    Convention(
        "bias",
        "Is adding a bias counted?",
        "no: a bias is an addition only; `additions` has it",
        "torchinfo and both back ends of ptflops count one for each output value, calflops for convolutions only",
    ),
    Convention(
        "normalisation",
        "What does normalisation cost?",
        "nothing: it multiplies no matrix, and batch norm folds into the layer before",
        "torchinfo one for each parameter; for each value torchprofile 1, fvcore, ptflops and calflops 2, thop 4; of "
        "layer norm fvcore and calflops 5, thop 4, ptflops 1",
    ),
    Convention(
        "activation",
        "What does an activation cost?",
        "nothing",
        "for each value of ReLU and GELU ptflops' pytorch back end 2, calflops 1; of ReLU6 1 and 0; of tanh neither",
    ),
    Convention(
        "pooling",
        "What does pooling cost?",
        "nothing",
        "average pooling: thop and torchprofile 1 for each output, ptflops 2 for each input; over all positions: "
        "fvcore 1 and ptflops 2 for each input, thop the window and one more for each channel",
    ),
    Convention(
        "attention",
        "What is counted of attention?",
        "the four projections and both products with the scores, at full length; softmax and scaling nothing",
        "torchinfo, fvcore, thop and ptflops' aten back end see nothing of the fused operation; ptflops' pytorch back "
        "end adds biases, scaling and one for each softmax value",
    ),
    Convention(
        "positions",
        "Is a dense layer on a sequence counted at each position?",
        "yes",
        "torchinfo counts it once, so its ViT-B/16 is a hundredth",
    ),
    Convention(
        "transposed",
        "Where does a transposed convolution multiply?",
        "at each input pixel and tap, what padding then cuts away included",
        "torchinfo at each output pixel, stride² times as many",
    ),
    Convention(
        "buffers",
        "Do running statistics count as parameters?",
        "no: they are buffers",
        "Keras' total counts them as non-trainable parameters; torch's state has one counter more for each batch norm",
    ),
    Convention(
        "recurrent biases",
        "How many bias vectors has a gate?",
        "one, as in textbooks; `biases2` for two",
        "PyTorch two everywhere; Keras one for LSTM and two for GRU",
    ),
    Convention(
        "sharing",
        "How often do shared parameters count?",
        "once; their multiply-adds at every use",
        "sums over modules count a tied matrix twice",
    ),
    Convention(
        "ceil",
        "May the last window of pooling overhang?",
        "no, unless `ceil` is asked; then it must start on the input or on the padding before it",
        "Caffe always",
    ),
)


def convention(name: str) -> Convention:
    """Return a convention by its name.

    >>> convention("unit").ours
    'one multiply-add (MAC), which is two FLOPs'
    """
    from gradus.errors import Fault, suggest

    found = next((entry for entry in LEDGER if entry.name == name), None)
    if found is None:
        remedy = suggest(name, [entry.name for entry in LEDGER])
        raise Fault("conventions", "name", name, "is in no entry of the ledger", remedy)
    return found
