// Keeps the session list current: every two seconds the rows are fetched anew, as the server draws them.
const rows = document.getElementById("rows");
const pulse = document.getElementById("pulse");
const EVERY = 2000;

function localTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
}

async function refresh() {
  const query = new URLSearchParams(location.search);
  query.set("part", "rows");
  try {
    const answer = await fetch(`/?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    rows.innerHTML = await answer.text(); // our own template, everything in it escaped by the server
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
  setTimeout(keepCurrent, EVERY);
}

localTimes();
if (rows.dataset.live === "1") setTimeout(keepCurrent, EVERY);
