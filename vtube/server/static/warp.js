// Draws frames from their recipes with WebGL 2, as the server's own warp does; vtube/server/warp.py says what comes.
// Everything is premultiplied, sRGB bytes as they are; the canvas takes it as it is.

import { around, DOUBLE, taps } from "/static/double.js";
import { createEffects } from "/static/effects.js";
import { program, texture } from "/static/gl.js";

const HEAD = `#version 300 es
precision highp float;
precision highp sampler2D;
out vec4 shown;
vec4 bytes(vec4 colour) { return floor(clamp(colour, 0.0, 1.0) * 255.0 + 0.5); }
`;

// The drawing with the present face over it: the face is brought to the drawing's pixels by a cubic (a = -0.75) that does
// not overshoot where the face ends; canvas.py says why.
const FACE = `${HEAD}
uniform sampler2D drawing, layer;
uniform vec2 corner, box;
vec4 weights(float t) {
  vec4 d = vec4(1.0 + t, t, 1.0 - t, 2.0 - t);
  vec4 far = ((-0.75 * d + 3.75) * d - 6.0) * d + 3.0;
  vec4 near = (1.25 * d - 2.25) * d * d + 1.0;
  return vec4(far.x, near.y, near.z, far.w);
}
void main() {
  vec4 own = texelFetch(drawing, ivec2(gl_FragCoord.xy), 0);
  ivec2 size = textureSize(layer, 0);
  vec2 at = (gl_FragCoord.xy - corner) / box * vec2(size) - 0.5;
  ivec2 first = ivec2(floor(at));
  vec4 across = weights(fract(at.x)), down = weights(fract(at.y)), face = vec4(0), most = vec4(0);
  ivec2 nearest = ivec2(floor(at + 0.5));
  float least = 1.0;
  for (int row = -2; row <= 2; row++)
    for (int column = -2; column <= 2; column++) {
      ivec2 place = nearest + ivec2(column, row), tap = place - first + 1;
      vec4 pixel = texelFetch(layer, clamp(place, ivec2(0), size - 1), 0);
      least = min(least, pixel.a);
      if (max(abs(row), abs(column)) < 2) most = max(most, pixel);
      if (min(tap.x, tap.y) >= 0 && max(tap.x, tap.y) < 4) face += across[tap.x] * down[tap.y] * pixel;
    }
  face = bytes(min(face, max(most, 1.0 - 2.0 * (1.0 - least))));
  face = min(face, face.a);
  vec4 kept = bytes(own);
  kept -= floor(kept * face.a / 256.0 + 0.5);
  shown = min(kept + floor(face * own.a + 0.5), 255.0) / 255.0;
}`;

const WARP = `${HEAD}
uniform sampler2D drawing, shift;
uniform vec2 rows;
uniform vec2 scale, offset, corner, cell;
uniform float origin;
uniform vec4 turn; // cosine, sine, and about which pixel
uniform bool turned;
void main() {
  vec2 pixel = vec2(gl_FragCoord.x, rows.x + rows.y * gl_FragCoord.y);
  vec2 cells = vec2(textureSize(shift, 0));
  vec2 at = (pixel - corner) / cell + 1.0;
  vec2 away = pixel - turn.zw;
  vec2 upright = turned ? turn.zw + vec2(dot(turn.xy, away), dot(turn.xy, vec2(away.y, -away.x))) : pixel;
  vec2 from = ((upright - offset) / scale + texture(shift, at / cells).xy + origin) / 512.0;
  vec4 colour = texture(drawing, from);
  if (turned) { // the picture ends where it ends
    vec2 size = vec2(textureSize(drawing, 0)), inside = clamp(min(from, 1.0 - from) * size + 0.5, 0.0, 1.0);
    colour *= inside.x * inside.y;
  }
  colour = bytes(colour);
  shown = vec4(min(colour.rgb, colour.aaa), colour.a) / 255.0;
}`;

const UNITS = { drawing: 0, shift: 1, layer: 2, own: 3 };
const FIRST_FREE_UNIT = 4;

// Null where there is no WebGL 2, or, unless `anyhow`, only a slow one.
export function createWarp(canvas, { anyhow = false } = {}) {
  const gl = canvas.getContext("webgl2", {
    alpha: true,
    antialias: false,
    depth: false,
    premultipliedAlpha: true,
    failIfMajorPerformanceCaveat: !anyhow,
  });
  if (!gl) return null;
  const warp = program(gl, WARP);
  const cover = program(gl, FACE);
  const double = program(gl, DOUBLE);
  const textures = {};
  for (const name of Object.keys(UNITS)) textures[name] = texture(gl, UNITS[name]);
  const target = gl.createFramebuffer();
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  const effects = createEffects(gl, FIRST_FREE_UNIT);
  let box = null;
  let filters = null;
  let taken = null;

  function put(name, inner, width, height, format, type, data) {
    gl.activeTexture(gl.TEXTURE0 + UNITS[name]);
    gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, format, type, data);
  }

  function setDrawing(bitmap, { face, doubling }) {
    box = face;
    filters = doubling === null ? null : taps(doubling);
    const { width, height } = bitmap;
    gl.activeTexture(gl.TEXTURE0 + UNITS.own);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.activeTexture(gl.TEXTURE0 + UNITS.drawing);
    if (filters) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 2 * width, 2 * height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, textures.drawing, 0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    if (filters) redraw([0, 0, width, height], [0, 0, width, height]);
  }

  function setFace([width, height], data) {
    if (!box) return;
    if (filters) replaceFace(width, data);
    else coverFace(width, height, data);
  }

  function replaceFace(width, data) {
    if (!width) return;
    gl.activeTexture(gl.TEXTURE0 + UNITS.own);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, ...box, gl.RGBA, gl.UNSIGNED_BYTE, data);
    const { seen, drawn } = around(box);
    redraw(drawn, seen);
  }

  // Doubles a part of the drawing.
  function redraw([left, top, right, bottom], seen) {
    intoDrawing(double, () => {
      gl.uniform1i(double.at("drawing"), UNITS.own);
      gl.uniform1fv(double.at("own"), filters.own);
      gl.uniform1fv(double.at("between"), filters.between);
      gl.uniform4fv(double.at("seen"), seen);
      fill(2 * left, 2 * top, 2 * (right - left), 2 * (bottom - top));
    });
  }

  function coverFace(width, height, data) {
    if (width) put("layer", gl.RGBA8, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    else put("layer", gl.RGBA8, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    intoDrawing(cover, () => {
      gl.uniform1i(cover.at("drawing"), UNITS.own);
      gl.uniform1i(cover.at("layer"), UNITS.layer);
      gl.uniform2fv(cover.at("corner"), box.slice(0, 2));
      gl.uniform2fv(cover.at("box"), box.slice(2));
      fill(...box);
    });
  }

  function intoDrawing(made, draw) {
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.activeTexture(gl.TEXTURE0 + UNITS.drawing);
    gl.bindTexture(gl.TEXTURE_2D, null); // what is drawn into may not be read from
    gl.useProgram(made.handle);
    draw();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.activeTexture(gl.TEXTURE0 + UNITS.drawing);
    gl.bindTexture(gl.TEXTURE_2D, textures.drawing);
  }

  function fill(left, top, width, height) {
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, top, width, height);
    gl.viewport(left, top, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.SCISSOR_TEST);
  }

  function take(frame, data) {
    const [columns, rows] = frame.cells;
    taken = data;
    put("shift", gl.RG16F, columns, rows, gl.RG, gl.HALF_FLOAT, new Uint16Array(data, 0, columns * rows * 2));
  }

  // The same `data` as before is not taken again.
  function draw(frame, data) {
    if (!box) return;
    const [width, height] = frame.size;
    const [left, top, right, bottom] = frame.bounds;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    if (data !== taken) take(frame, data);
    const further = frame.passes.length > 0;
    gl.bindFramebuffer(gl.FRAMEBUFFER, further ? effects.begin(width, height) : null);
    gl.useProgram(warp.handle);
    for (const name of ["drawing", "shift"]) gl.uniform1i(warp.at(name), UNITS[name]);
    gl.uniform2f(warp.at("rows"), ...(further ? [0, 1] : [height, -1])); // effects have the upper row first
    gl.uniform2f(warp.at("scale"), ...frame.scale);
    gl.uniform2f(warp.at("offset"), ...frame.offset);
    gl.uniform1i(warp.at("turned"), frame.turn ? 1 : 0);
    gl.uniform4fv(warp.at("turn"), frame.turn ?? [1, 0, 0, 0]);
    gl.uniform1f(warp.at("origin"), filters ? -0.25 : 0); // half a pixel of a drawing that was doubled
    gl.uniform2f(warp.at("corner"), left, top);
    gl.uniform2f(warp.at("cell"), ...frame.cell);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    fillView(left, further ? top : height - bottom, right - left, bottom - top, width, height);
    if (further) effects.run(frame.passes);
  }

  function fillView(left, below, wide, high, width, height) {
    gl.viewport(0, 0, width, height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, below, wide, high);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.SCISSOR_TEST);
  }

  return { setDrawing, setFace, setPicture: effects.setPicture, draw, isLost: () => gl.isContextLost() };
}
