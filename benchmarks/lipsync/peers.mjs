// What lip syncs written for the browser show: node peers.mjs PEER PACKAGE_DIR CLIPS_DIR RATE > OUT.json
// CLIPS_DIR holds KEY.f32, mono 32-bit floats at RATE; peers.py makes them and calls this. A moment counts as the one
// at which the peer has been given the sound up to there.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const BLOCK = 128;
const FRAME_S = 1 / 60;
const CLOSED = "-", OTHER = "c";
const SHOWN = { aa: "a", E: "e", I: "i", O: "o", U: "u", sil: CLOSED, PP: CLOSED };
const ORDER = ["aa", "E", "I", "O", "U", "PP", "SS", "TH", "DD", "FF", "kk", "nn", "RR", "CH", "sil"];

const shown = (viseme) => SHOWN[viseme] ?? OTHER;

async function headaudio(folder, rate) {
  const load = (name) => import(pathToFileURL(join(folder, "modules", name)));
  const { Processor } = await load("processor.mjs");
  const { Training } = await load("training.mjs");
  globalThis.fetch = async (path) => {
    const file = readFileSync(path);
    const arrayBuffer = async () => file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
    return { ok: true, arrayBuffer };
  };

  return async (samples) => {
    const out = [];
    let now = 0;
    const hear = ({ event, viseme }) => {
      if (event === "ended") out.push([now, CLOSED]);
      if (event === "viseme" && viseme !== null) out.push([now, shown(ORDER[viseme])]);
    };
    const processor = new Processor({ sampleRate: rate }, { port: { onmessage: null, postMessage: hear } });
    const { model } = await new Training({}).loadModel(join(folder, "dist", "model-en-mixed.bin"));
    processor.classifier.import({ reset: true, model });
    for (let at = 0; at + BLOCK <= samples.length; at += BLOCK) {
      now = (at + BLOCK) / rate;
      processor.process(samples.subarray(at, at + BLOCK));
    }
    return out;
  };
}

async function wawa(folder, rate) {
  let heard = new Float32Array(0), position = 0, now = 0;
  globalThis.performance = { now: () => now * 1000 };
  globalThis.window = {
    AudioContext: class {
      sampleRate = rate;
      createAnalyser() { return new Analyser(() => heard, () => position); }
      resume() {}
    },
  };
  const { Lipsync } = await import(pathToFileURL(join(folder, "dist", "wawa-lipsync.es.js")));

  return async (samples) => {
    const lipsync = new Lipsync(), out = [];
    heard = samples;
    for (now = 0; now * rate < samples.length; now += FRAME_S) {
      position = Math.floor(now * rate);
      lipsync.processAudio();
      out.push([now, shown(lipsync.viseme.replace("viseme_", ""))]);
    }
    return out;
  };
}

// The AnalyserNode of the Web Audio API, section 1.8: Blackman window, FFT, smoothing over time, decibels to bytes.
class Analyser {
  fftSize = 2048;
  smoothing = 0.8;
  lowest = -100;
  highest = -30;

  constructor(samples, position) {
    this.samples = samples;
    this.position = position;
    this.smoothed = new Float64Array(this.fftSize / 2);
  }

  get frequencyBinCount() { return this.fftSize / 2; }

  connect() {}

  getByteFrequencyData(bytes) {
    const size = this.fftSize, samples = this.samples(), end = this.position();
    const real = new Float64Array(size), imaginary = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const angle = (2 * Math.PI * i) / size;
      real[i] = (samples[end - size + i] ?? 0) * (0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle));
    }
    transform(real, imaginary);
    for (let k = 0; k < size / 2; k++) {
      const magnitude = Math.hypot(real[k], imaginary[k]) / size;
      this.smoothed[k] = this.smoothing * this.smoothed[k] + (1 - this.smoothing) * magnitude;
      const decibels = 20 * Math.log10(Math.max(this.smoothed[k], 1e-12));
      const scaled = (255 * (decibels - this.lowest)) / (this.highest - this.lowest);
      bytes[k] = Math.max(0, Math.min(255, Math.floor(scaled)));
    }
  }
}

function transform(real, imaginary) {
  const size = real.length;
  if (size === 1) return;
  const half = size / 2;
  const parts = [0, 1].map((odd) => [real, imaginary].map((all) => all.filter((_, i) => i % 2 === odd)));
  for (const [evenOrOddReal, evenOrOddImaginary] of parts) transform(evenOrOddReal, evenOrOddImaginary);
  const [[evenReal, evenImaginary], [oddReal, oddImaginary]] = parts;
  for (let k = 0; k < half; k++) {
    const cosine = Math.cos((2 * Math.PI * k) / size), sine = -Math.sin((2 * Math.PI * k) / size);
    const turnedReal = oddReal[k] * cosine - oddImaginary[k] * sine;
    const turnedImaginary = oddReal[k] * sine + oddImaginary[k] * cosine;
    real[k] = evenReal[k] + turnedReal;
    imaginary[k] = evenImaginary[k] + turnedImaginary;
    real[k + half] = evenReal[k] - turnedReal;
    imaginary[k + half] = evenImaginary[k] - turnedImaginary;
  }
}

const [peer, folder, clips, rate] = process.argv.slice(2);
const watch = await { headaudio, wawa }[peer](folder, Number(rate));
const answers = {};
for (const file of readdirSync(clips)) {
  const bytes = readFileSync(join(clips, file));
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  answers[file.replace(/\.f32$/, "")] = await watch(samples);
}
process.stdout.write(JSON.stringify(answers));
