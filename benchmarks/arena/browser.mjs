// Packages of npm that give a path: the same question on standard input, the same answer on standard output as adapter.py.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);

/** Math.random of a seed: xorshift, 32 bits. */
function seeded(seed) {
  let s = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    s ^= s << 13; s >>>= 0;
    s ^= s >>> 17;
    s ^= s << 5; s >>>= 0;
    return s / 2 ** 32;
  };
}

const timed = (points, ms) => points.map(([x, y], i) => [i * ms, x, y]);

const offers = [
  {
    generator: "ghost_cursor_path", package: "ghost-cursor", family: "bezier",
    async draw(lib, [a, b], [c, d]) { // its points without times, one a frame
      return timed(lib.path({ x: a, y: b }, { x: c, y: d }).map((p) => [p.x, p.y]), 1000 / 60);
    },
  },
  {
    generator: "ghost_cursor_timestamps", package: "ghost-cursor", family: "bezier",
    async draw(lib, [a, b], [c, d]) {
      const points = lib.path({ x: a, y: b }, { x: c, y: d }, { useTimestamps: true });
      return points.map((p) => [p.timestamp - points[0].timestamp, p.x, p.y]);
    },
  },
  {
    generator: "windmouse_npm", package: "windmouse", family: "wind",
    async draw(lib, [a, b], [c, d]) {
      const mouse = new (lib.default ?? lib)(Math.floor(Math.random() * 10));
      const points = await mouse.GeneratePoints({
        startX: a, startY: b, endX: c, endY: d, gravity: 9, wind: 3, minWait: 2, maxWait: 5, maxStep: 12, targetArea: 8,
      });
      return [[0, a, b], ...points.map(([x, y, t], i) => [Number.isFinite(t) ? t : (i + 1) * 8, x, y])];
    },
  },
];

async function answer({ generator, package: name, family, draw }, { ends, seed }) {
  let lib, version;
  try {
    lib = require(name);
    version = JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;
  } catch {
    return { generator, missing: `npm install ${name}` };
  }
  Math.random = seeded(seed);
  try {
    const strokes = [];
    for (const [a, b] of ends) strokes.push(await draw(lib, a, b));
    return { generator, version, family, strokes };
  } catch (error) {
    return { generator, failed: String(error) };
  }
}

const asked = JSON.parse(readFileSync(0, "utf8"));
for (const one of offers) console.log(JSON.stringify(await answer(one, asked)));
