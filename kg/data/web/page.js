"use strict";
// What ties the parts together: choosing, the legend, the language, the keys.

/** Choose {thing} or {line}, or nothing (null): the picture, its centre and the panel follow. */
function choose(chosen, { move = true } = {}) {
  view.chosen = chosen;
  if (chosen && chosen.thing !== undefined) reveal(chosen.thing);
  document.body.classList.toggle("reading", Boolean(chosen));
  byId("close").hidden = !chosen;
  refresh();
  showPanel();
  showLegend();
  if (chosen && chosen.thing !== undefined && move) centre([chosen.thing], 0.9);
}

function leave() {
  document.body.classList.remove("overview");
  choose(null);
}

function toggle(set, member) {
  if (!set.delete(member)) set.add(member);
}

function legendButton(mark, text, count, pressed, act) {
  const button = make("button", { type: "button", "aria-pressed": String(pressed) },
    make("span", { className: `dot ${mark}`, "aria-hidden": "true" }), text, make("span", { className: "count" }, grouped(String(count))));
  button.addEventListener("click", () => {
    const place = [...byId("legend").children].indexOf(button);
    act();
    refresh();
    showLegend();
    byId("legend").children[place].focus();
  });
  return button;
}

function showLegend() {
  const tops = data.words.tops;
  const buttons = tops.map((top) => legendButton(top, className(top), things.filter((thing) => thing.top === top).length,
    !view.hiddenClasses.has(top), () => toggle(view.hiddenClasses, top)));
  const lone = things.filter((_, thing) => !degree(thing)).length;
  const loneButton = lone ? legendButton("lone", word("unrelated"), lone, view.unrelated, () => {
    view.unrelated = !view.unrelated;
  }) : null;
  byId("legend").replaceChildren(...buttons, ...(loneButton ? [loneButton] : []));
  const all = things.length - lone;
  byId("notice").hidden = all <= data.firstView;
  byId("notice").textContent = word("limited", { shown: grouped(String(data.firstView)), all: grouped(String(all)) });
}

function speakAll() {
  speak();
  showLegend();
  showPanel();
  byId("picture").firstElementChild.setAttribute("aria-label", word("picture"));
  picture.redraw();
}

function key(event) {
  const writing = event.target === byId("search");
  if (event.key === "Escape") leave();
  else if (event.key === "/" && !writing) byId("search").focus();
  else return;
  event.preventDefault();
}

picture.on("afterDrawing", drawNames);
picture.on("click", ({ nodes: [thing], edges: [line] }) => {
  if (thing !== undefined) choose({ thing }, { move: false });
  else if (line !== undefined) choose({ line });
  else leave();
});
for (const event of ["hoverNode", "hoverEdge"]) picture.on(event, () => byId("picture").classList.add("over"));
for (const event of ["blurNode", "blurEdge"]) picture.on(event, () => byId("picture").classList.remove("over"));
byId("fit").addEventListener("click", () => picture.fit({ animation: !still.matches }));
byId("overview").addEventListener("click", () => {
  choose(null);
  document.body.classList.add("overview");
  byId("close").hidden = getComputedStyle(byId("panel")).position !== "fixed";
  byId("panel").focus();
});
byId("close").addEventListener("click", leave);
byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  speakAll();
});
document.addEventListener("keydown", key);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

byId("picture").firstElementChild.setAttribute("role", "application");
paint();
refresh();
picture.fit({ animation: false });
speakAll();
