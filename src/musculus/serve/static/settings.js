// The keys of a server, for admins: listed, made, ended. What a key is, is told once.
const rows = document.getElementById("keys");
const place = location.search;

function cell(text, name = "td") {
  return Object.assign(document.createElement(name), { textContent: text });
}

function row(key) {
  const line = document.createElement("tr");
  line.append(cell(key.id), cell(key.kind), cell(key.site || "all sites"), cell((key.origins ?? []).join(" ") || "any page"));
  line.append(cell(key.expires ? new Date(key.expires).toLocaleString() : "never"), cell(key.note));
  const end = Object.assign(document.createElement("button"), { type: "button", textContent: "End" });
  end.setAttribute("aria-label", `End key ${key.id}`);
  end.addEventListener("click", async () => {
    if (!confirm(`End ${key.kind} key ${key.id} now? What uses it stops working.`)) return;
    await fetch(`/v1/keys/${key.id}`, { method: "DELETE" });
    list();
  });
  const last = cell("");
  last.append(end);
  line.append(last);
  return line;
}

async function list() {
  const answer = await fetch(`/v1/keys${place}`), said = await answer.json();
  if (!answer.ok) { document.getElementById("keys-said").textContent = said.detail; return; }
  const now = Date.now(), good = said.keys.filter((key) => !key.expires || key.expires > now);
  rows.replaceChildren(...good.map(row));
  document.getElementById("keys-said").textContent = `${good.length} keys; of each only a hash is kept.`;
}

document.getElementById("new-key")?.addEventListener("sent", (event) => {
  document.getElementById("made").textContent = event.detail.key;
  document.getElementById("made-box").hidden = false;
  list();
});
if (rows) list();

document.getElementById("erase").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, name = form.elements.recording.value, said = form.querySelector("output");
  if (!confirm(`Delete visit ${name.slice(0, 8)} for good?`)) return;
  const answer = await fetch(`/v1/recordings/${name}${place}`, { method: "DELETE" }), document = await answer.json();
  said.textContent = answer.ok ? `${document.batches} batches deleted` : document.detail;
});
