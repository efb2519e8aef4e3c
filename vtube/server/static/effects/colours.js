// Effects that change each pixel by itself.

const VIGNETTE = `
uniform float strength, start;
void main() {
  vec2 size = vec2(textureSize(picture, 0));
  float reach = length((gl_FragCoord.xy - 0.5) / (size - 1.0) * 2.0 - 1.0) / sqrt(2.0);
  float share = clamp((reach - start) / (1.0 - start), 0.0, 1.0);
  float light = 1.0 - strength * share * share * (3.0 - 2.0 * share);
  vec4 own = texelFetch(picture, here(), 0);
  made = vec4(own.rgb * light, own.a);
}`;

const ROWS = `
uniform float strength, count, shift;
uniform vec2 waves;
void main() {
  float turns = gl_FragCoord.y / float(textureSize(picture, 0).y) * count - shift;
  vec2 both = cos(6.283185307 * fract(turns * vec2(1.0, 2.7)));
  float light = 1.0 - strength * (0.5 - dot(waves, both));
  vec4 own = texelFetch(picture, here(), 0);
  made = vec4(own.rgb * light, own.a);
}`;

const TRANSLUCENCY = `
uniform float opacity;
void main() {
  made = texelFetch(picture, here(), 0) * opacity;
}`;

const GRADE = `
uniform float own, grey, even;
uniform vec3 offset, colour;
void main() {
  vec4 before = straight(texelFetch(picture, here(), 0));
  float brightness = floor(dot(before.rgb * 255.0, vec3(0.299, 0.587, 0.114)) + 0.5) / 255.0;
  vec3 greys = floor(colour * brightness * 255.0 + 0.5) / 255.0;
  vec3 mixed = clamp(before.rgb * own + greys * grey + even / 255.0, 0.0, 1.0);
  vec3 moved = clamp(clamp(mixed + max(offset, 0.0) / 255.0, 0.0, 1.0) + min(offset, 0.0) / 255.0, 0.0, 1.0);
  made = premultiplied(vec4(moved, before.a));
}`;

const POSTERIZE = `
uniform float steps;
void main() {
  vec4 before = straight(texelFetch(picture, here(), 0));
  made = premultiplied(vec4(floor(before.rgb * steps + 0.5) / steps, before.a));
}`;

const MULTIPLY = `
uniform vec4 colour;
void main() {
  vec4 own = straight(texelFetch(picture, here(), 0));
  made = premultiplied(rounded(own * colour));
}`;

const BACKGROUND = `
uniform vec3 colour;
void main() {
  vec4 own = texelFetch(picture, here(), 0);
  made = vec4(own.rgb + rounded(vec4(colour * (1.0 - own.a), 1)).rgb, 1);
}`;

const BACKDROP = `
uniform sampler2D given;
void main() {
  vec4 own = texelFetch(picture, here(), 0);
  made = vec4(own.rgb + rounded(texelFetch(given, here(), 0) * (1.0 - own.a)).rgb, 1);
}`;

const OVER = `
uniform sampler2D given;
uniform vec2 corner;
void main() {
  vec4 own = texelFetch(picture, here(), 0);
  vec4 above = at(given, here() - ivec2(corner));
  made = rounded(own * (1.0 - above.a)) + above;
}`;

const single = (fragment) => () => [{ fragment }];

export const COLOURS = {
  multiply: single(MULTIPLY),
  over: single(OVER),
  background: single(BACKGROUND),
  backdrop: single(BACKDROP),
  vignette: single(VIGNETTE),
  rows: single(ROWS),
  translucency: single(TRANSLUCENCY),
  grade: single(GRADE),
  posterize: single(POSTERIZE),
};
