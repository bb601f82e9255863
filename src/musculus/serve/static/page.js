// What every page of the dashboard shares: local times, lists that stay current, forms that speak JSON.
const $$ = (what, where = document) => where.querySelectorAll(what);

function localTimes() {
  for (const time of $$("time[datetime]")) {
    const when = new Date(time.dateTime);
    time.textContent = when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    time.title = time.dateTime;
  }
}

const live = document.querySelector("[data-live]");
const pulse = document.getElementById("pulse");

async function refresh() {
  const query = new URLSearchParams(location.search);
  query.set("part", "rows");
  try {
    const answer = await fetch(`${location.pathname}?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (!live.contains(document.activeElement)) live.replaceChildren(...fresh.childNodes); // a link in use stays where it is
    localTimes();
    pulse.textContent = "live";
    pulse.className = "quiet";
  } catch {
    pulse.textContent = "the server does not answer";
    pulse.className = "late";
  }
}

async function keepCurrent() {
  if (!document.hidden) await refresh();
  setTimeout(keepCurrent, Number(live.dataset.live));
}

/** Sends a form as JSON to its action; numbers, ticks and lists as what they are. Answers with what came back. */
async function send(form, method = form.dataset.method) {
  const said = {};
  for (const field of $$("[name]", form)) {
    if (field.type === "checkbox") said[field.name] = field.checked;
    else if (field.type === "number") said[field.name] = field.value === "" ? null : Number(field.value);
    else if (field.dataset.list) said[field.name] = field.value.split(/\s+/).filter(Boolean);
    else if (field.type !== "radio" || field.checked) said[field.name] = field.value;
  }
  const answer = await fetch(form.getAttribute("action"), { method, body: method === "DELETE" ? null : JSON.stringify(said) });
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(document.detail ?? `the server answered ${answer.status}`);
  return document;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-method]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sure && !confirm(form.dataset.sure)) return;
  const said = form.querySelector("output");
  try {
    const answer = await send(form);
    if (said) said.textContent = form.dataset.done ?? "done";
    form.dispatchEvent(new CustomEvent("sent", { bubbles: true, detail: answer }));
    if (form.dataset.then) location.href = form.dataset.then;
  } catch (error) {
    if (said) said.textContent = error.message;
  }
});

for (const select of $$("form.filters select, form.filters input")) select.addEventListener("change", () => select.form.requestSubmit());
localTimes();
if (live) setTimeout(keepCurrent, Number(live.dataset.live));
