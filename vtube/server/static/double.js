// Doubles a small drawing and the face in it, as vtube/avatar/puppet/canvas.py does before it warps.

const BORDER = 6; // pixels around the face that see it when it is doubled; half of them are drawn again
const BETWEEN = [1, -5, 20, 20, -5, 1].map((tap) => tap / 32);

export const DOUBLE = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D drawing;
uniform float own[8], between[8];
uniform vec4 seen; // what of the drawing is looked at; beyond it is mirrored
out vec4 shown;
int mirrored(int place, float first, float last) {
  int low = int(first), high = int(last) - 1;
  return place < low ? 2 * low - place : place > high ? 2 * high - place : place;
}
void main() {
  ivec2 place = ivec2(gl_FragCoord.xy), odd = place & 1, from = (place >> 1) - 1 - 2 * odd;
  vec4 sum = vec4(0);
  for (int down = 0; down < 8; down++)
    for (int right = 0; right < 8; right++) {
      float weight = (odd.y == 1 ? between[down] : own[down]) * (odd.x == 1 ? between[right] : own[right]);
      if (weight == 0.0) continue;
      ivec2 at = ivec2(mirrored(from.x + right, seen.x, seen.z), mirrored(from.y + down, seen.y, seen.w));
      sum += weight * texelFetch(drawing, at, 0);
    }
  vec4 colour = floor(clamp(sum, 0.0, 1.0) * 255.0 + 0.5);
  shown = min(colour, colour.aaaa) / 255.0;
}`;

// The filters of a crispness: for pixels that lie on one of the drawing's, and for those between two.
export function taps(crispness) {
  const sharpen = [-crispness, 1 + 2 * crispness, -crispness];
  const crisp = (filter) =>
    Float32Array.from({ length: 8 }, (_, place) =>
      sharpen.reduce((sum, share, index) => sum + share * (filter[place - index] ?? 0), 0),
    );
  return { own: crisp([1]), between: crisp(BETWEEN) };
}

// What is looked at and what is drawn again, in pixels of the drawing, when its face changes: left, top, right, bottom.
export function around([left, top, width, height]) {
  const grown = (by) => [left - by, top - by, left + width + by, top + height + by];
  return { seen: grown(BORDER), drawn: grown(BORDER / 2) };
}
