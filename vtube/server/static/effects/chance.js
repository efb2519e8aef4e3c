// Effects that live by chance: grain, which is the same words here as in vtube/scene/effects/chance.py, and what the
// server has thrown the dice for already: glitches and an old tape.

const CHANCE = `
precision highp usampler2D;
uniform vec2 place, seed;
uint scrambled(uint word) {
  word ^= word >> 16;
  word *= 0x7feb352du;
  word ^= word >> 15;
  word *= 0x846ca68bu;
  return word ^ (word >> 16);
}
uint chance(ivec2 at) {
  uint row = scrambled(uint(at.y) + (uint(seed.x) << 16) + uint(seed.y));
  return scrambled(row + uint(at.x));
}
// A number about 0 with the deviation 1, up to 2.5; and one from 0 to 1.
vec2 grain(ivec2 at) {
  uint word = chance(at + ivec2(place));
  uint pairs = (word & 0x00ff00ffu) + ((word >> 8) & 0x00ff00ffu);
  float sum = float((pairs & 0xffffu) + (pairs >> 16));
  return vec2(clamp((sum - 510.0) / ${Math.sqrt((256 ** 2 - 1) / 3)}, -2.5, 2.5), float(scrambled(word) >> 8) / 16777216.0);
}
`;
const GRAINED = `
uniform float luma, alpha;
vec4 grained(vec4 own, vec2 grain) {
  vec4 before = straight(own);
  before.rgb = clamp(before.rgb + trunc(luma * grain.x) / 255.0, 0.0, 1.0);
  before.a = max(before.a - trunc(alpha * clamp(grain.y, 0.0, 1.0)) / 255.0, 0.0);
  return premultiplied(before);
}
`;
const HARD = `${CHANCE}${GRAINED}
void main() {
  made = grained(texelFetch(picture, here(), 0), grain(here()));
}`;
// Soft grain is hard grain, blurred along rows and down; between both it is two numbers of 16 bits.
const BLUR = `
uniform float sigma;
vec4 packed(vec2 grain) {
  vec2 words = floor(vec2(grain.x / 5.0 + 0.5, grain.y) * 65535.0 + 0.5);
  vec2 upper = floor(words / 256.0);
  return vec4(upper, words - upper * 256.0) / 255.0;
}
vec2 unpacked(vec4 bytes) {
  vec2 words = (floor(bytes.xy * 255.0 + 0.5) * 256.0 + floor(bytes.zw * 255.0 + 0.5)) / 65535.0;
  return vec2((words.x - 0.5) * 5.0, words.y);
}
vec2 blurred() {
  int reach = int(ceil(3.0 * sigma));
  vec3 sum = vec3(0);
  for (int away = -reach; away <= reach; away++)
    sum += exp(-float(away * away) / (2.0 * sigma * sigma)) * vec3(part(away), 1.0);
  return sum.xy / sum.z;
}
`;
const ACROSS = `${CHANCE}
uniform float reach;
vec2 part(int away) { return grain(here() + ivec2(away, -int(reach))); }
${BLUR}
void main() { made = packed(blurred()); }`;
const DOWN = `${GRAINED}
uniform sampler2D across;
uniform float reach;
uniform vec2 gains;
vec2 unpacked(vec4 bytes);
vec2 part(int away) { return unpacked(texelFetch(across, here() + ivec2(0, away + int(reach)), 0)); }
${BLUR}
void main() {
  const vec2 mean = vec2(0.0, 0.5);
  made = grained(texelFetch(picture, here(), 0), mean + (blurred() - mean) * gains);
}`;

function noise({ sigma }, width, height) {
  if (sigma === 0) return [{ fragment: HARD }];
  const reach = Math.ceil(3 * sigma);
  return [
    { fragment: ACROSS, into: "across", size: [width, height + 2 * reach], values: { reach } },
    { fragment: DOWN, reads: { across: "across" }, values: { reach } },
  ];
}

const GLITCH = `
uniform float count;
uniform vec4 bands[64];
void main() {
  ivec2 place = here();
  int width = textureSize(picture, 0).x, shift = 0, channel = -1;
  for (int i = 0; i < int(count); i++) {
    if (float(place.y) < bands[i].x || float(place.y) >= bands[i].y) continue;
    shift = int(bands[i].z);
    channel = int(bands[i].w);
  }
  vec4 own = straight(texelFetch(picture, ivec2((place.x - shift + width) % width, place.y), 0));
  vec4 other = straight(texelFetch(picture, ivec2((place.x + shift + width) % width, place.y), 0));
  if (channel >= 0) own[channel] = other[channel];
  made = premultiplied(own);
}`;

const COARSE = `
void main() {
  ivec2 place = ivec2(here().x * 4, here().y);
  made = (at(picture, place + ivec2(1, 0)) + at(picture, place + ivec2(2, 0))) / 2.0;
}`;
const TAPE = `
uniform sampler2D coarse;
uniform float softness, count;
uniform vec4 shifts[128], streaks[16];
void main() {
  ivec2 place = here();
  int width = textureSize(picture, 0).x, group = place.y / 4;
  int both = int(shifts[group / 8][group / 2 % 4]);
  int from = (place.x - (group % 2 == 0 ? both % 4096 : both / 4096) + width) % width;
  float across = (float(from) + 0.5) / 4.0 - 0.5;
  int first = int(floor(across)), last = textureSize(coarse, 0).x - 1;
  vec4 left = texelFetch(coarse, ivec2(max(first, 0), place.y), 0);
  vec4 right = texelFetch(coarse, ivec2(min(first + 1, last), place.y), 0);
  vec4 own = texelFetch(picture, ivec2(from, place.y), 0);
  made = mix(own, rounded(mix(left, right, fract(across))), softness);
  for (int i = 0; i < int(count); i++) {
    vec2 inside = vec2(place) - streaks[i].yx;
    if (inside.x >= 0.0 && inside.x < streaks[i].z && inside.y >= 0.0 && inside.y < 2.0) made.rgb = vec3(235.0 / 255.0 * made.a);
  }
}`;

function tape(_values, width, height) {
  return [
    { fragment: COARSE, into: "coarse", size: [Math.ceil(width / 4), height] },
    { fragment: TAPE, reads: { coarse: "coarse" } },
  ];
}

export const CHANCES = { noise, glitch: () => [{ fragment: GLITCH }], tape };
