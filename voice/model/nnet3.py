"""The acoustic model in Kaldi's text format (``final.mdl``): transitions, an nnet3 network, priors."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from voice.model.network import CONTEXT, OFFSETS, Acoustics

_Numbers = npt.NDArray[np.float64]


def kaldi_model(acoustics: Acoustics) -> str:
    """The content of ``am/final.mdl``; every phone is one state with a self-loop, numbered from 1."""
    return _transitions(len(acoustics.priors)) + "\n".join(_network(acoustics)) + "\n"


def _transitions(phones: int) -> str:
    """Staying in a phone and leaving it are equally likely, for all phones."""
    numbers = " ".join(str(phone) for phone in range(1, phones + 1))
    triples = "".join(f"{phone} 0 {phone - 1}\n" for phone in range(1, phones + 1))
    halves = " ".join(["-0.693147"] * (2 * phones))
    return (
        "<TransitionModel>\n<Topology>\n<TopologyEntry>\n"
        f"<ForPhones>\n{numbers}\n</ForPhones>\n"
        "<State> 0 <PdfClass> 0 <Transition> 0 0.5 <Transition> 1 0.5 </State>\n<State> 1 </State>\n"
        "</TopologyEntry>\n</Topology>\n"
        f"<Triples> {phones}\n{triples}</Triples>\n"
        f"<LogProbs>\n [ 0 {halves} ]\n</LogProbs>\n</TransitionModel>\n"
    )


def _network(acoustics: Acoustics) -> Iterator[str]:
    """Nodes, then components, then what the decoder has to know besides."""
    *hidden, output = acoustics.layers
    components: list[tuple[str, str]] = []
    yield "<Nnet3> \ninput-node name=input dim=40"
    before = "input"
    for number, ((weight, bias), offsets) in enumerate(zip(hidden, OFFSETS, strict=True)):
        affine, relu = f"tdnn{number}.affine", f"tdnn{number}.relu"
        seen = ", ".join(before if offset == 0 else f"Offset({before}, {offset})" for offset in offsets)
        yield f"component-node name={affine} component={affine} input=Append({seen})"
        yield f"component-node name={relu} component={relu} input={affine}"
        components += [(affine, _affine(weight, bias)), (relu, _nonlinear("RectifiedLinearComponent", len(bias)))]
        before = relu
    yield f"component-node name=output.affine component=output.affine input={before}"
    yield "component-node name=output.log-softmax component=output.log-softmax input=output.affine"
    yield "output-node name=output input=output.log-softmax objective=linear\n"
    softmax = _nonlinear("LogSoftmaxComponent", len(output[1]))
    components += [("output.affine", _affine(*output)), ("output.log-softmax", softmax)]
    yield f"<NumComponents> {len(components)}"
    for name, component in components:
        yield f"<ComponentName> {name} {component}"
    yield f"</Nnet3>\n<LeftContext> {CONTEXT} <RightContext> {CONTEXT} <Priors> {_vector(acoustics.priors)}"


def _affine(weight: _Numbers, bias: _Numbers) -> str:
    matrix = "\n".join("  " + _row(row) for row in weight)
    kind = "FixedAffineComponent"
    return f"<{kind}> <LinearParams>  [\n{matrix} ]\n<BiasParams> {_vector(bias)}\n</{kind}>"


def _nonlinear(kind: str, size: int) -> str:
    return f"<{kind}> <Dim> {size} <ValueAvg>  [ ]\n<DerivAvg>  [ ]\n<Count> 0 </{kind}>"


def _vector(values: _Numbers) -> str:
    return f" [ {_row(values)} ]"


def _row(values: Sequence[float] | _Numbers) -> str:
    return " ".join(f"{value:.6g}" for value in values)
