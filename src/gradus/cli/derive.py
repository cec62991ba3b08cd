"""`gradus derive`: the gradient of a program, with its steps and its witness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradus.calculus import Derivation


@click.command("derive", short_help="The gradient of a program by any of its quantities, with steps and witness.")
@click.argument("program")
@click.option(
    "--by", required=True, multiple=True, metavar="NAME", help="What to differentiate by; may be given again."
)
@click.option(
    "--where", "-w", required=True, metavar="SHAPES", help="What the names are: 'W: m × k; x: k; g: elementwise'."
)
@click.option(
    "--given", "-g", multiple=True, metavar="NAME", help="Stop at the gradient by NAME, which the answer may use."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random networks that the witness runs.")
@click.option("--latex", "as_latex", is_flag=True, help="Print the gradient as LaTeX.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    program: str, by: tuple[str, ...], where: str, given: tuple[str, ...], seed: int, as_latex: bool, as_json: bool
) -> None:
    """Differentiate PROGRAM, statements parted by `;`, the last of them the scalar that is differentiated.

    Every gradient is found symbolically and then countersigned on random networks of random sizes: by automatic
    differentiation (JAX) and by differences. The command fails if they disagree.

    \b
    gradus derive 'L = norm(X @ w - y)**2 / n' --by w --where 'X: n × d; w: d; y: n'
    gradus derive 'z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1' --by W1 --given z2 \
        --where 'W1: m × k; W2: p × m; x: k; g: elementwise'
    """
    from gradus.errors import GradusError

    try:
        found = [_derived(program, name, where, given, seed) for name in by]
    except GradusError as fault:
        click.echo(f"gradus derive: {fault}", err=True)
        raise SystemExit(2) from None
    _show(found, as_latex, as_json)
    if any(witness.get("agrees") is False for _, witness in found):
        raise SystemExit(1)


def _declared(where: str) -> dict[str, str]:
    from gradus.errors import Fault

    declared = {}
    for part in where.replace("\n", ";").split(";"):
        name, colon, kind = part.partition(":")
        if part.strip() and (not colon or not name.strip()):
            raise Fault("", "where", part.strip(), "must say what a name is", "write 'W: m × k; x: k; g: elementwise'")
        if part.strip():
            declared[name.strip()] = kind.strip()
    return declared


def _derived(text: str, by: str, where: str, given: tuple[str, ...], seed: int) -> tuple[Derivation, dict[str, Any]]:
    from gradus.calculus import declare, derive, read_program

    declared = _declared(where)
    gradients = [name if "/" in name else f"∂L/∂{name}" for name in given]
    derivation = derive(read_program(text, declare(declared)), by, given=gradients)
    return derivation, _witnessed(derivation, text, declared, by, given, seed)


def _witnessed(
    derivation: Derivation, text: str, declared: dict[str, str], by: str, given: tuple[str, ...], seed: int
) -> dict[str, Any]:
    """Hold the gradient against three random networks; say why where there is no witness."""
    from gradus.errors import GradusError

    try:
        import jax  # noqa: F401 - asked for here, so that its absence is told and no gradient is lost
        import numpy as np

        from gradus.calculus.measure import measure
        from gradus.oracle.gradients import observe_steadily
    except ImportError:
        return {"agrees": None, "said": "no witness: pip install 'gradus[jax]'"}
    worst, method, sizes = 0.0, "", list[dict[str, int]]()
    try:
        for seen in observe_steadily(text, declared, by, given, seed, 3):
            mine = measure(derivation.gradient, derivation.vocabulary, seen.sizes, seen.values, seen.functions)
            scale = max(float(np.abs(seen.gradient).max()), 1e-300)
            worst = max(worst, float(np.abs(mine - seen.gradient).max()) / scale, min(seen.gap, 1.0) * 1e-3)
            method, sizes = seen.methods[0], [*sizes, dict(seen.sizes)]
    except GradusError as fault:
        return {"agrees": None, "said": f"no witness: {fault}"}
    agrees = worst < 1e-8
    found = "agrees with" if agrees else "DIFFERS from"
    said = f"{found} automatic differentiation (JAX) and {method} on 3 random networks, to {worst:.0e}"
    return {"agrees": agrees, "said": said, "error": worst, "sizes": sizes}


def _show(found: list[tuple[Derivation, dict[str, Any]]], as_latex: bool, as_json: bool) -> None:
    import json

    from gradus.calculus import latex

    if as_json:
        rows = [
            {
                "by": str(derivation.by),
                "gradient": str(derivation.gradient),
                "latex": latex(derivation.gradient),
                "shape": list(derivation.gradient.shape),
                "steps": [str(step) for step in derivation.steps],
                "witness": witness,
            }
            for derivation, witness in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for derivation, witness in found:
        for step in derivation.steps:
            click.echo(f"{step.quantity} = {latex(step.gradient)}" if as_latex else str(step))
        click.echo(f"  {witness['said']}")
