// The probabilities of the newest visits as bars.
import { ink, onPaper, sharp } from "./scale.js";

const canvas = document.getElementById("scores");
function draw() {
  const counts = canvas.dataset.counts.split(" ").map(Number), most = Math.max(...counts, 1);
  const { pen, width } = sharp(canvas, 180), side = (width - 20) / counts.length;
  pen.font = "11px system-ui, sans-serif";
  pen.textAlign = "center";
  counts.forEach((n, k) => {
    const high = (n / most) * 130;
    pen.fillStyle = ink("--accent");
    pen.fillRect(10 + k * side + 1, 155 - high, side - 2, high);
    pen.fillStyle = ink("--quiet");
    if (n) pen.fillText(n, 10 + (k + 0.5) * side, 150 - high);
  });
  for (const p of [0, 0.5, 1]) {
    pen.textAlign = p === 0 ? "left" : p === 1 ? "right" : "center";
    pen.fillText(p === 0 ? "0, a bot" : p === 1 ? "1, a person" : "0.5", 10 + p * (width - 20), 172);
  }
}
if (canvas) {
  new ResizeObserver(draw).observe(canvas.parentElement);
  onPaper(draw);
}
