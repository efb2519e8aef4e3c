// Runs the effects of a frame after its warp, as vtube/scene/effects does on the processor.
// Pictures lie in textures of bytes, premultiplied, their upper row first; the last one is turned over onto the canvas.

import { CHANCES } from "/static/effects/chance.js";
import { COLOURS } from "/static/effects/colours.js";
import { PLACES } from "/static/effects/places.js";
import { SHAPES } from "/static/effects/shapes.js";
import { program, texture } from "/static/gl.js";

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D picture;
out vec4 made;
ivec2 here() { return ivec2(gl_FragCoord.xy); }
vec4 at(sampler2D of, ivec2 place) {
  bool inside = all(greaterThanEqual(place, ivec2(0))) && all(lessThan(place, textureSize(of, 0)));
  return inside ? texelFetch(of, place, 0) : vec4(0);
}
vec4 rounded(vec4 colour) { return floor(clamp(colour, 0.0, 1.0) * 255.0 + 0.5) / 255.0; }
vec4 straight(vec4 colour) { return rounded(vec4(colour.rgb / max(colour.a, 1.0 / 255.0), colour.a)); }
vec4 premultiplied(vec4 colour) { return vec4(colour.rgb * colour.a, colour.a); }
`;
// Each effect gives its steps for some values and the picture's size. A step fills a picture with a fragment shader:
// the next whole one, or the one called `into`, of the size `size`; `reads` says which sampler shows which of those.
// A pass may have a picture that the server has sent; the sampler `given` shows it.
const EFFECTS = { ...COLOURS, ...PLACES, ...SHAPES, ...CHANCES };

export function createEffects(gl, firstUnit) {
  const programs = new Map();
  const pictures = new Map();
  const given = [];
  let size = [0, 0];
  let front = "front";
  let back = "back";

  function picture(name, [width, height]) {
    const key = `${name} ${width} ${height}`;
    if (!pictures.has(key)) {
      const made = texture(gl, firstUnit, width, height);
      const framebuffer = gl.createFramebuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0);
      pictures.set(key, { texture: made, framebuffer });
    }
    return pictures.get(key);
  }

  // The framebuffer into which the picture without effects is drawn.
  function begin(width, height) {
    if (size[0] !== width || size[1] !== height) {
      for (const { texture, framebuffer } of pictures.values()) {
        gl.deleteFramebuffer(framebuffer);
        gl.deleteTexture(texture);
      }
      pictures.clear();
      size = [width, height];
    }
    return picture(front, size).framebuffer;
  }

  // Brings the picture onto the canvas with these effects.
  function run(passes) {
    for (const [name, values, slot] of passes) {
      const sizes = {};
      for (const step of EFFECTS[name](values, ...size)) {
        const { into = back, size: wanted = size } = step;
        sizes[into] = wanted;
        const also = slot === null ? {} : { given: given[slot] };
        fill(step, { ...values, ...step.values }, picture(into, wanted), wanted, { sizes, also });
        if (!step.into) [front, back] = [back, front];
      }
    }
    const [width, height] = size;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, picture(front, size).framebuffer);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(0, 0, width, height, 0, height, width, 0, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  function fill({ fragment, reads = {} }, values, { framebuffer }, [width, height], { sizes, also }) {
    if (!programs.has(fragment)) programs.set(fragment, program(gl, HEAD + fragment));
    const { handle, at } = programs.get(fragment);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.useProgram(handle);
    const shown = { picture: picture(front, size), ...also };
    for (const [sampler, name] of Object.entries(reads)) shown[sampler] = picture(name, sizes[name]);
    Object.entries(shown).forEach(([sampler, one], index) => show(at, sampler, one, firstUnit + index));
    for (const [name, value] of Object.entries(values)) set(at(name), value);
    gl.viewport(0, 0, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  function show(at, name, { texture }, unit) {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(at(name), unit);
  }

  function set(place, value) {
    if (place === null) return;
    if (!Array.isArray(value)) gl.uniform1f(place, value);
    else if (value.length <= 4) gl[`uniform${value.length}fv`](place, value);
    else gl.uniform4fv(place, value);
  }

  // Keeps a picture for the passes that name its slot.
  function setPicture(slot, bitmap) {
    given[slot] ??= { texture: texture(gl, firstUnit) };
    gl.activeTexture(gl.TEXTURE0 + firstUnit);
    gl.bindTexture(gl.TEXTURE_2D, given[slot].texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  }

  return { begin, run, setPicture };
}
