"""Writes golden.txt: answers of NumPy and SciPy to questions that GoldenAnswersTest asks.

    python3 golden.py > ../resources/dev/tendril/conformance/ops/golden.txt

Each block is a case: its name, then operands and results, as type, extents and values.
"""

import numpy as np
from scipy import fft, signal, special

random = np.random.default_rng(20261124)


def show(word, array):
    array = np.asarray(array)
    types = {"float64": "f64", "int32": "i32", "int64": "i64", "bool": "bool"}
    extents = ",".join(map(str, array.shape)) or "-"
    values = " ".join(repr(v) for v in array.ravel().tolist())
    values = values.replace("True", "1").replace("False", "0")
    print(word, types[array.dtype.name], extents, values)


def case(name, inputs, outputs):
    print("case", name)
    for x in inputs:
        show("in", x)
    for y in outputs:
        show("out", y)


def draw(*shape, low=-2.0, high=2.0):
    return np.round(random.uniform(low, high, shape), 4)


x = draw(3, 4)
positive = draw(3, 4, low=0.1, high=3)
for name, f in {
    "exp": np.exp,
    "expm1": np.expm1,
    "sin": np.sin,
    "tanh": np.tanh,
    "erf": special.erf,
    "sigmoid": special.expit,
    "round": np.round,
    "floor": np.floor,
    "sign": np.sign,
    "sinh": np.sinh,
    "atan": np.arctan,
}.items():
    case(name, [x], [f(x)])
for name, f in {"log": np.log, "log1p": np.log1p, "rsqrt": lambda v: 1 / np.sqrt(v)}.items():
    case(name, [positive], [f(positive)])
case("gelu", [x], [x * special.ndtr(x)])
case("softplus", [x], [np.logaddexp(0, x)])
a, b = draw(2, 1, 3), draw(4, 1)
for name, f in {
    "add": np.add,
    "mod": np.mod,
    "floor_div": np.floor_divide,
    "atan2": np.arctan2,
    "max": np.maximum,
}.items():
    case(name, [a, b], [f(a, b)])
i, j = np.array([-7, 7, -8, 9], np.int32), np.array([3, -3, 2, 4], np.int32)
case("mod_i32", [i, j], [np.mod(i, j).astype(np.int32)])
case("floor_div_i32", [i, j], [np.floor_divide(i, j).astype(np.int32)])
case("pow", [positive, x], [np.power(positive, x)])

x = draw(2, 3, 4)
for name, f in {"sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max}.items():
    case("reduce_" + name, [x], [f(x, axis=(0, 2))])
case("arg_max", [x], [np.argmax(x, axis=1).astype(np.int32)])
case("cumulative_sum", [x], [np.cumsum(x, axis=1)])
case("cumulative_prod", [x], [np.cumprod(x, axis=-1)])
case("sort", [x], [np.sort(x, axis=1), np.argsort(x, axis=1, kind="stable").astype(np.int32)])
case("transpose", [x], [np.transpose(x, (2, 0, 1))])
case("tile", [x], [np.tile(x, (1, 2, 2))])
case("reflect", [x], [np.pad(x, ((0, 0), (2, 1), (0, 3)), mode="reflect")])
case("symmetric", [x], [np.pad(x, ((2, 0), (1, 3), (0, 0)), mode="symmetric")])
case("gather", [x, np.array([[2, 0], [1, 1]], np.int32)], [np.take(x, [[2, 0], [1, 1]], axis=1)])
case("non_zero", [np.round(x)], [np.argwhere(np.round(x) != 0)])
case("softmax", [x], [special.softmax(0.5 * x, axis=1)])
case("log_softmax", [x], [special.log_softmax(x, axis=-1)])

a, b, c = draw(2, 3, 4), draw(4, 5), draw(5)
case("matmul", [a, b, c], [np.maximum(a @ b + c, 0)])
q, k, v, mask = draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 3), draw(3, 5)
scores = special.softmax(0.5 * q @ np.swapaxes(k, 1, 2) + mask, axis=-1)
case("attention", [q, k, v, mask], [scores @ v])


def conv(x, w, stride, before, after, dilation):
    """The definition: the sum over a window of dilated places, channels last."""
    x = np.pad(x, ((0, 0), before, after, (0, 0)))
    n, h, width, _ = x.shape
    out, kh, kw, _ = w.shape
    rows = (h - (kh - 1) * dilation - 1) // stride + 1
    columns = (width - (kw - 1) * dilation - 1) // stride + 1
    y = np.zeros((n, rows, columns, out))
    for r in range(rows):
        for s in range(columns):
            part = x[
                :,
                r * stride : r * stride + (kh - 1) * dilation + 1 : dilation,
                s * stride : s * stride + (kw - 1) * dilation + 1 : dilation,
                :,
            ]
            y[:, r, s, :] = np.einsum("nhwc,ohwc->no", part, w)
    return y


x, w = draw(2, 6, 5, 3), draw(4, 3, 2, 3)
case("conv", [x, w], [conv(x, w, 1, (0, 0), (0, 0), 1)])
case("conv_strided", [x, w], [conv(x, w, 2, (1, 0), (0, 2), 1)])
case("conv_dilated", [x, w], [conv(x, w, 1, (2, 1), (1, 1), 2)])
line, taps = draw(9), draw(4)
case(
    "conv_line",
    [line.reshape(1, 9, 1), taps.reshape(1, 4, 1)],
    [np.correlate(line, taps, "valid").reshape(1, 6, 1)],
)
case(
    "conv_transpose_line",
    [line.reshape(1, 9, 1), taps.reshape(1, 4, 1)],
    [np.convolve(line, taps, "full").reshape(1, 12, 1)],
)
pool = np.stack([x[:, i : i + 4 : 1, j : j + 4 : 1, :] for i in range(3) for j in range(2)])
case("max_pool", [x], [pool.max(axis=0)])
case("average_pool", [x], [pool.mean(axis=0)])

z = draw(2, 10, 2)
spectrum = fft.fft(z[..., 0] + 1j * z[..., 1], axis=-1)
case("fft", [z], [np.stack([spectrum.real, spectrum.imag], axis=-1)])
x = draw(2, 9)
spectrum = fft.rfft(x, 12, axis=-1)
case("real_fft", [x], [np.stack([spectrum.real, spectrum.imag], axis=-1)])
case("inverse_real_fft", [np.stack([spectrum.real, spectrum.imag], axis=-1)], [fft.irfft(spectrum, 12)])
x, b, a = draw(12, 2), draw(3), np.array([1.25, -0.5, 0.3, 0.1])
case("linear_filter", [x, b, a], [signal.lfilter(b, a, x, axis=0)])


def resize(x, height, width):
    """Bilinear with half-pixel centers, the border repeated."""
    rows = np.clip((np.arange(height) + 0.5) * x.shape[1] / height - 0.5, 0, x.shape[1] - 1)
    columns = np.clip((np.arange(width) + 0.5) * x.shape[2] / width - 0.5, 0, x.shape[2] - 1)
    y = np.zeros((x.shape[0], height, width, x.shape[3]))
    for n in range(x.shape[0]):
        for c in range(x.shape[3]):
            tall = np.array(
                [np.interp(rows, np.arange(x.shape[1]), x[n, :, j, c]) for j in range(x.shape[2])]
            )
            for r in range(height):
                y[n, r, :, c] = np.interp(columns, np.arange(x.shape[2]), tall[:, r])
    return y


x = draw(1, 3, 4, 2)
case("resize", [x], [resize(x, 5, 7)])
x, gamma, beta = draw(3, 5), draw(5), draw(5)
normal = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 2**-10)
case("layer_norm", [x, gamma, beta], [normal * gamma + beta])
