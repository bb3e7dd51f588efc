// How guesses about the same are decided together: first what it would do, then doing it, then taking it back.
"use strict";

const form = document.getElementById("together");
const outcome = document.getElementById("outcome");
const boxes = [...document.querySelectorAll("input[name=pick]")];
const show = (id, shown) => { document.getElementById(id).hidden = !shown; };
const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
let asked = null;
let bulk = null;

function send(path, body, digest) {
  const headers = { "Content-Type": "application/json", "X-Form-Token": form.dataset.token };
  if (digest) headers["If-Match"] = `"${digest}"`;
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

function told(found) {
  const decided = Object.entries(found.decided).map(([status, number]) => `${number} ${form.dataset[status] || status}`);
  const refused = found.refused.map((each) => `${each.count} ${form.dataset.refused} (${each.message})`);
  return [...decided, ...refused].join(", ");
}

async function ask(path, body, digest) {
  const answer = await send(path, body, digest).catch(() => null);
  if (answer?.ok) return answer.json();
  outcome.textContent = answer?.status === 412 ? form.dataset.stale : form.dataset.failed;
  return null;
}

function counted() {
  document.getElementById("picked").textContent = chosen().length;
  show("sure", false);
}

for (const box of boxes) box.addEventListener("change", counted);
document.getElementById("pick-all").addEventListener("change", (event) => {
  for (const box of boxes) box.checked = event.target.checked;
  counted();
});

for (const button of form.querySelectorAll("button[value]")) {
  button.addEventListener("click", async () => {
    const annotations = chosen();
    if (!annotations.length) return;
    asked = { verdict: button.value, select: { by: "pick", annotations }, reason: form.elements.reason.value };
    const found = await ask("/review/bulk", { ...asked, dry_run: true });
    if (!found) return;
    asked.digest = found.digest;
    document.getElementById("would").textContent = told(found);
    show("sure", true);
    document.getElementById("confirm").focus();
  });
}

document.getElementById("cancel").addEventListener("click", () => show("sure", false));
document.getElementById("confirm").addEventListener("click", async () => {
  const { digest, ...body } = asked;
  const found = await ask("/review/bulk", body, digest);
  show("sure", false);
  if (!found) return;
  bulk = found.id;
  outcome.textContent = told(found);
  show("back", true);
});
document.getElementById("undo-all").addEventListener("click", async () => {
  const found = await ask(`/review/bulk/${bulk}:undo`, {});
  if (!found) return;
  outcome.textContent = told(found);
  show("back", false);
});
document.documentElement.classList.add("script");
