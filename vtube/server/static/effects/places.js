// Effects that bring pixels to other places.

const ABERRATION = `
uniform float pixels;
void main() {
  ivec2 place = here(), far = ivec2(int(pixels), 0);
  vec4 left = at(picture, place - far), own = at(picture, place), right = at(picture, place + far);
  made = vec4(left.r, own.g, right.b, max(own.a, max(left.a, right.a)));
}`;

// The mean of each block, in two steps: along rows, then down.
const MEAN_ACROSS = `
uniform float block;
void main() {
  vec4 sum = vec4(0);
  ivec2 first = ivec2(here().x * int(block), here().y);
  for (int i = 0; i < int(block); i++) sum += at(picture, first + ivec2(i, 0));
  made = sum / block;
}`;
const MEAN_DOWN = `
uniform float block;
uniform sampler2D across;
void main() {
  vec4 sum = vec4(0);
  ivec2 first = ivec2(here().x, here().y * int(block));
  for (int i = 0; i < int(block); i++) sum += at(across, first + ivec2(0, i));
  made = sum / block;
}`;
const BLOCKS = `
uniform float block;
uniform sampler2D blocks;
void main() {
  made = texelFetch(blocks, here() / int(block), 0);
}`;

function pixelate({ block }, width, height) {
  const columns = Math.ceil(width / block);
  const rows = Math.ceil(height / block);
  return [
    { fragment: MEAN_ACROSS, into: "across", size: [columns, height] },
    { fragment: MEAN_DOWN, reads: { across: "across" }, into: "blocks", size: [columns, rows] },
    { fragment: BLOCKS, reads: { blocks: "blocks" } },
  ];
}

export const PLACES = {
  aberration: () => [{ fragment: ABERRATION }],
  pixelate,
};
