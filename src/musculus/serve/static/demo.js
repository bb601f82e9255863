// The demo's targets: nine buttons at fixed places, to be clicked in order.
const field = document.getElementById("targets");
const score = document.getElementById("score");
const PLACES = [[8, 12], [78, 20], [40, 70], [88, 78], [14, 60], [60, 10], [30, 34], [70, 52], [50, 84]];
let next = 0;

const buttons = PLACES.map(([left, top], i) => {
  const button = document.createElement("button");
  button.type = "button";
  button.id = `target-${i + 1}`;
  button.textContent = String(i + 1);
  button.style.left = `calc(${left}% - 1.5rem)`;
  button.style.top = `calc(${top}% - 1.5rem)`;
  button.addEventListener("click", () => hit(i));
  field.append(button);
  return button;
});

function hit(i) {
  if (i !== next) return;
  buttons[i].classList.remove("next");
  buttons[i].classList.add("hit");
  next += 1;
  if (next === buttons.length) {
    next = 0;
    for (const button of buttons) button.classList.remove("hit");
  }
  show();
  score.textContent = `${next} of ${buttons.length}`;
}

/** Marks the next button, for the eye and in the recording: how long it takes to reach it is measured from here. */
function show() {
  buttons[next].classList.add("next");
  window.musculus?.mark("stimulus", buttons[next]);
}

buttons[0].classList.add("next");
field.addEventListener("pointerenter", () => {
  window.musculus?.mark("task", "targets");
  show();
}, { once: true });
document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  document.getElementById("sent").textContent = "Thank you. Nothing of it has left this page.";
  event.target.reset();
});
