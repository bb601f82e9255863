// The search box: sections that hold all words asked for, titles and headings before text. Works from a disk too.
const box = document.querySelector("form.search"), field = box.querySelector("input"), list = document.getElementById("found");
const root = box.dataset.root, MOST = 20;
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/_/g, " ");

const whole = (text, word) => text.split(/[^\p{L}\p{N}]+/u).includes(word);

/** How well a section fits: 0 where a word is missing. */
function fit([, title, heading, text], words) {
  const [t, h, all] = [plain(title), plain(heading), plain(text)];
  let sum = 0;
  for (const word of words) {
    const at = t === word ? 60 : whole(t, word) ? 30 : t.includes(word) ? 12 : whole(h, word) ? 10 : h.includes(word) ? 6 : all.includes(word) ? 1 : 0;
    if (!at) return 0;
    sum += at;
  }
  return sum + (heading ? 0 : 2);
}

/** A piece of the text around the first word that is in it. */
function piece(text, words) {
  const all = plain(text), at = Math.max(0, Math.min(...words.map((word) => all.indexOf(word)).filter((k) => k >= 0), text.length) - 40);
  return (at > 0 ? "… " : "") + text.slice(at === text.length ? 0 : at, at + 150).trim() + (at + 150 < text.length ? " …" : "");
}

function show() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  list.hidden = !words.length;
  if (!words.length || !window.sections) return;
  const found = window.sections.map((one) => [fit(one, words), one]).filter(([sum]) => sum).sort((a, b) => b[0] - a[0]);
  const items = found.slice(0, MOST).map(([, [address, title, heading, text]]) => {
    const item = document.createElement("li"), link = document.createElement("a"), small = document.createElement("small");
    link.href = root + address;
    link.textContent = heading ? `${title}: ${heading}` : title;
    small.textContent = piece(text, words);
    item.append(link, small);
    return item;
  });
  const said = document.createElement("li");
  said.setAttribute("role", "status");
  said.textContent = found.length ? `${found.length} ${found.length === 1 ? "place" : "places"}${found.length > MOST ? `, the best ${MOST}` : ""}` : "Nothing has all of these words.";
  list.replaceChildren(said, ...items);
}

/** What is looked through is loaded when somebody wants to look. */
function load() {
  if (document.getElementById("sections")) return;
  const more = Object.assign(document.createElement("script"), { id: "sections", src: `${root}static/sections.js`, onload: show });
  document.head.append(more);
}

box.hidden = false;
field.addEventListener("focus", load);
field.addEventListener("input", show);
box.addEventListener("submit", (e) => { e.preventDefault(); list.querySelector("a")?.click(); });
addEventListener("keydown", (e) => {
  if (e.key === "/" && !/input|select|textarea/i.test(document.activeElement.tagName)) { e.preventDefault(); field.focus(); }
  if (e.key === "Escape" && !list.hidden) { field.value = ""; show(); field.focus(); }
});
