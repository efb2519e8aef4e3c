// Effects that look at what is around a pixel: shine, and what surrounds the figure.

const SHRINK = 4; // soft things are made at a fourth of the size

// A mean over 2 * radius + 1 pixels, along rows or down; beyond an edge the picture is mirrored.
const BLUR = `
uniform sampler2D source;
uniform float radius;
uniform vec2 way;
int mirrored(int place, int count) {
  if (count == 1) return 0;
  int there = 2 * count - 2;
  place = abs(place) % there;
  return place < count ? place : there - place;
}
void main() {
  vec4 sum = vec4(0);
  ivec2 size = textureSize(source, 0);
  for (int i = -int(radius); i <= int(radius); i++) {
    ivec2 place = here() + i * ivec2(way);
    sum += texelFetch(source, ivec2(mirrored(place.x, size.x), mirrored(place.y, size.y)), 0);
  }
  made = sum / (2.0 * radius + 1.0);
}`;

function twiceBlurred(first, second, size) {
  const along = (way, source, into) => ({ fragment: BLUR, reads: { source }, into, size, values: { way } });
  return [
    along([1, 0], first, second),
    along([0, 1], second, first),
    along([1, 0], first, second),
    along([0, 1], second, first),
  ];
}

const BRIGHT = `
uniform float gain, level;
void main() {
  ivec2 place = here() * ${SHRINK};
  vec4 mean = vec4(0);
  for (int part = 0; part < 4; part++) mean += at(picture, place + 1 + ivec2(part & 1, part >> 1));
  vec4 shine = rounded(gain * (rounded(mean / 4.0) - level / 255.0));
  made = vec4(shine.rgb, min(shine.a, max(shine.r, max(shine.g, shine.b))));
}`;
const SHINE = `
uniform sampler2D bright;
void main() {
  vec4 own = texelFetch(picture, here(), 0);
  vec4 shine = texture(bright, gl_FragCoord.xy / vec2(textureSize(picture, 0)));
  vec4 all = own + shine * (1.0 - own);
  made = min(all, all.a);
}`;

function bloom(_values, width, height) {
  const size = smaller(width, height);
  return [
    { fragment: BRIGHT, into: "bright", size },
    ...twiceBlurred("bright", "between", size),
    { fragment: SHINE, reads: { bright: "bright" } },
  ];
}

const SMALL = `
void main() {
  float sum = 0.0;
  for (int part = 0; part < 16; part++) sum += at(picture, here() * ${SHRINK} + ivec2(part & 3, part >> 2)).a;
  made = vec4(sum / 16.0);
}`;
const MOVED = `
uniform sampler2D shape;
uniform vec2 shift;
uniform float gain;
void main() {
  vec2 from = gl_FragCoord.xy - 0.5 - shift;
  ivec2 first = ivec2(floor(from));
  vec2 share = fract(from);
  float above = mix(at(shape, first).a, at(shape, first + ivec2(1, 0)).a, share.x);
  float below = mix(at(shape, first + ivec2(0, 1)).a, at(shape, first + 1).a, share.x);
  made = vec4(gain * mix(above, below, share.y));
}`;
const BEHIND = `
uniform sampler2D moved;
uniform vec3 colour;
void main() {
  vec4 own = texelFetch(picture, here(), 0);
  float seen = (1.0 - own.a) * texture(moved, gl_FragCoord.xy / vec2(textureSize(picture, 0))).a;
  made = own + vec4(colour * seen, seen);
}`;

function surround(_values, width, height) {
  const size = smaller(width, height);
  return [
    { fragment: SMALL, into: "shape", size },
    ...twiceBlurred("shape", "between", size),
    { fragment: MOVED, reads: { shape: "shape" }, into: "moved", size },
    { fragment: BEHIND, reads: { moved: "moved" } },
  ];
}

// The largest alpha of 1, 2, 4 and 8 pixels to the right; then of 16, 32, 64 and 128.
const RUNS = `
void main() {
  float most = 0.0;
  for (int i = 0; i < 8; i++) {
    most = max(most, at(picture, here() + ivec2(i, 0)).a);
    if (i == 0) made.r = most;
    if (i == 1) made.g = most;
    if (i == 3) made.b = most;
  }
  made.a = most;
}`;
const LONG_RUNS = `
uniform sampler2D runs;
void main() {
  float most = 0.0;
  for (int i = 0; i < 16; i++) {
    most = max(most, at(runs, here() + ivec2(8 * i, 0)).a);
    if (i == 1) made.r = most;
    if (i == 3) made.g = most;
    if (i == 7) made.b = most;
  }
  made.a = most;
}`;
// The largest alpha in a disc: each of its rows is two runs that overlap.
const GROWN = `
uniform sampler2D runs, longRuns;
uniform float pixels;
uniform vec3 colour;
float run(int level, ivec2 place) {
  return level < 4 ? texelFetch(runs, place, 0)[level] : texelFetch(longRuns, place, 0)[level - 4];
}
void main() {
  ivec2 place = here(), size = textureSize(picture, 0);
  int radius = int(pixels);
  float most = 0.0;
  for (int down = max(-radius, -place.y); down <= min(radius, size.y - 1 - place.y); down++) {
    int reach = int(sqrt(float(radius * radius - down * down)) + 0.5);
    int first = max(0, place.x - reach), last = min(size.x - 1, place.x + reach);
    int level = 0;
    while (level < 7 && (2 << level) <= last - first + 1) level++;
    ivec2 from = ivec2(first, place.y + down), also = ivec2(last + 1 - (1 << level), from.y);
    most = max(most, max(run(level, from), run(level, also)));
  }
  vec4 own = texelFetch(picture, place, 0);
  float seen = (1.0 - own.a) * most;
  made = own + vec4(colour * seen, seen);
}`;

function outline(_values, width, height) {
  const size = [width, height];
  return [
    { fragment: RUNS, into: "runs", size },
    { fragment: LONG_RUNS, reads: { runs: "runs" }, into: "longRuns", size },
    { fragment: GROWN, reads: { runs: "runs", longRuns: "longRuns" } },
  ];
}

function smaller(width, height) {
  return [width, height].map((side) => Math.max(1, Math.floor(side / SHRINK)));
}

export const SHAPES = { bloom, surround, outline };
