// A visit whose path is not kept: its strokes as a list, each with its measures among those of people.
import { listStrokes } from "./strokes.js";

const figure = document.getElementById("pathless"), place = new URL(location.href).search;

function toggle(_, item) {
  const was = item.classList.contains("picked");
  for (const other of document.querySelectorAll(".picked")) other.classList.remove("picked");
  if (!was) item.classList.add("picked");
}

listStrokes(`/v1/recordings/${figure.dataset.recording}/strokes${place}`, toggle);
