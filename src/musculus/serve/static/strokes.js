// The strokes of a recording as a list; one that is chosen shows its measures among those of people.
const $ = (id) => document.getElementById(id);
const PAGE = 40;
const say = (v) => (v === null ? "–" : Math.abs(v) >= 1000 ? Math.round(v).toLocaleString("en") : String(Number(v.toPrecision(3))));

function make(name, text = "", more = {}) {
  const node = Object.assign(document.createElement(name), { textContent: text });
  for (const [key, value] of Object.entries(more)) node.setAttribute(key, value);
  return node;
}

export async function listStrokes(address, toggle) {
  const answer = await fetch(address), said = await answer.json();
  if (!answer.ok) { $("strokes-said").textContent = said.detail; return; }
  const { people, strokes } = said;
  $("strokes-said").textContent = strokes.length
    ? `${strokes.length.toLocaleString("en")} strokes: runs of moves, ended by a rest or a press. Choose one.`
    : "No strokes: the pointer hardly moved.";
  let from = 0;
  const list = $("strokes");
  const show = () => {
    list.replaceChildren(...strokes.slice(from, from + PAGE).map((stroke, k) => entry(stroke, from + k, said, toggle)));
    $("strokes-turn").hidden = strokes.length <= PAGE;
    $("strokes-page").textContent = `${from + 1} to ${Math.min(from + PAGE, strokes.length)} of ${strokes.length}`;
  };
  $("strokes-before").addEventListener("click", () => { from = Math.max(0, from - PAGE); show(); });
  $("strokes-after").addEventListener("click", () => { if (from + PAGE < strokes.length) from += PAGE; show(); });
  $("strokes-source").textContent = `People: ${people.strokes.toLocaleString("en")} strokes of ${people.people} people (${people.source}). One task and one kind of page: a stroke outside their range is unusual there, not wrong.`;
  show();
}

function entry(stroke, k, said, toggle) {
  const item = make("li"), seconds = (stroke.t[0] / 1000).toFixed(1);
  const button = make("button", `${k + 1}: at ${seconds} s, ${say(stroke.values[0])} px`, { type: "button" });
  if (stroke.odd) button.append(make("span", ` ${stroke.odd} unusual`, { class: "odd" }));
  button.addEventListener("click", () => { toggle(stroke.rows, item); measures(item.classList.contains("picked") ? stroke : null, k, said); });
  item.append(button);
  return item;
}

function measures(stroke, k, said) {
  const table = $("measures");
  table.hidden = !stroke;
  if (!stroke) return;
  $("measures-title").textContent = `Stroke ${k + 1} among people's`;
  $("measures-rows").replaceChildren(...said.measures.map((m, i) => line(m, stroke.values[i])));
}

function line(m, value) {
  const row = make("tr"), [low, , , middle, , , high] = m.people;
  const odd = value !== null && (value < low || value > high);
  row.append(make("th", m.name.replaceAll("_", " "), { scope: "row", title: m.sentence }));
  row.append(make("td", `${say(value)} ${m.unit === "1" ? "" : m.unit}`, { class: odd ? "number odd" : "number" }));
  const cell = make("td");
  cell.append(range(m.people, value));
  row.append(cell, make("td", `${say(low)} to ${say(high)}, middle ${say(middle)}`, { class: "quiet number" }));
  return row;
}

/** A strip from the 1st to the 99th percentile of people, its middle half thick, and where this stroke is. */
function range(people, value) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 120 16");
  svg.setAttribute("class", "range");
  svg.setAttribute("aria-hidden", "true");
  const low = people[0], wide = people.at(-1) - low || 1, at = (v) => 15 + (90 * (v - low)) / wide;
  const part = (name, more) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, v] of Object.entries(more)) node.setAttribute(key, v);
    svg.append(node);
  };
  part("rect", { x: 15, y: 7, width: 90, height: 2, class: "all" });
  part("rect", { x: at(people[2]), y: 4, width: Math.max(1, at(people[4]) - at(people[2])), height: 8, class: "half" });
  if (value !== null) part("circle", { cx: Math.max(4, Math.min(116, at(value))), cy: 8, r: 4, class: "mine" });
  return svg;
}
