// Run by Node: windows in as lines of JSON, what motion-attestation says of each out. The first argument is its index.js.
// A window is what its collector would have gathered: places carry a hundredth of the movement, as it adds to them; no
// element is known under a click, which it notes as a click without a box.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [MOVE, DOWN, UP, CLICK] = [0, 1, 2, 3];
const MOST = 500;
const entry = process.argv[2];
const { analyze, classifyScore } = await import(pathToFileURL(entry));
const about = JSON.parse(readFileSync(join(dirname(dirname(entry)), 'package.json'), 'utf8'));
console.log(JSON.stringify({ version: about.version }));

function collected({ moves, presses }) {
    const m = moves.map(([t, x, y], i) => {
        const [, px, py] = i ? moves[i - 1] : moves[0];
        return [x + (x - px) * 0.01, y + (y - py) * 0.01, t];
    });
    const ev = [
        ...moves.map(([t]) => [MOVE, t]),
        ...presses.flatMap(([t, , , held]) => [[DOWN, t], [UP, t + held], [CLICK, t + held]]),
    ].sort((a, b) => a[1] - b[1]);
    const c = presses.map(([t, , , held]) => [0, 0, held, 0, 0, t + held]);
    const last = presses.at(-1);
    const meta = { hasTouchScreen: false, hasMotionSensors: false };
    const none = { k: [], s: [], tc: [], ac: [], gy: [], or: [], bc: [], bl: [] };
    return { ...none, m: m.slice(-MOST), c, ev: ev.slice(0, MOST), ttfi: moves[0][0], dur: last[0] + last[3] + 200, meta };
}

for await (const line of createInterface({ input: process.stdin })) {
    const { score } = analyze(collected(JSON.parse(line)));
    console.log(JSON.stringify({ score, bot: classifyScore(score) !== 'human' }));
}
