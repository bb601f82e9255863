// A field that hides the rows of a table which don't hold all of its words. Without this script the table is whole.
for (const field of document.querySelectorAll("input[data-filter]")) {
  const rows = [...document.querySelectorAll(`#${field.dataset.filter} tbody tr`)];
  const output = field.closest(".filter").querySelector("output");
  field.closest(".filter").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    output.textContent = words.length ? `${shown} of ${rows.length}` : "";
  });
}
