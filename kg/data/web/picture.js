"use strict";
// The drawing: which nodes stand in it, their colours, and their names, drawn so that none covers another.

const things = data.things;
const links = things.map(() => []); // for each thing, the numbers of its lines
data.network.edges.forEach((line, number) => {
  line.id = number;
  links[line.from].push(number);
  links[line.to].push(number);
});
const far = (line, thing) => (line.from === thing ? line.to : line.from);
const degree = (thing) => links[thing].length;

const FEW = 60; // how many hidden neighbours a selection brings in
const HUBS = 12; // how many of the best connected names may lie over other nodes
const view = {
  shown: new Set(data.network.nodes.slice(0, data.firstView).filter((node) => degree(node.id)).map((node) => node.id)),
  hiddenClasses: new Set(),
  unrelated: false, // whether names without any relation stand in the picture
  chosen: null, // {thing} or {line} or null
};
const nodes = new vis.DataSet();
const lines = new vis.DataSet();
const picture = new vis.Network(byId("picture"), { nodes, edges: lines }, data.network.options);
const still = matchMedia("(prefers-reduced-motion: reduce)");

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
let ink = {};

/** Take the colours from the style sheet, which knows whether it is light or dark. */
function paint() {
  const groups = {};
  for (const top of data.words.tops) {
    const fill = colour(top);
    const full = { background: fill, border: colour("paper") };
    groups[top] = { color: { ...full, highlight: { background: fill, border: colour("ink") }, hover: full } };
  }
  ink = { text: colour("ink"), halo: colour("paper"), quiet: colour("quiet"), accent: colour("accent") };
  picture.setOptions({ groups, edges: { color: { color: colour("line"), highlight: ink.accent, hover: ink.quiet, opacity: 1 } } });
  picture.redraw();
}

function wanted(thing) {
  if (view.hiddenClasses.has(things[thing].top)) return false;
  return view.shown.has(thing) || (view.unrelated && !degree(thing));
}

/** The chosen thing or the ends of the chosen line, with what is joined to it. */
function inFocus() {
  if (!view.chosen) return null;
  if (view.chosen.line !== undefined) {
    const line = data.network.edges[view.chosen.line];
    return new Set([line.from, line.to]);
  }
  const thing = view.chosen.thing;
  return new Set([thing, ...links[thing].map((number) => far(data.network.edges[number], thing))]);
}

/** Make a DataSet hold just `items`, touching only what differs. */
function sync(set, items) {
  const ids = new Set(items.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !ids.has(id)));
  set.update(items.filter((item) => set.get(item.id)?.opacity !== item.opacity || !set.get(item.id)));
}

/** Bring the drawing in line with `view`. Names are drawn by `drawNames`, so the nodes carry none. */
function refresh() {
  const focus = inFocus();
  const standing = data.network.nodes.filter((node) => wanted(node.id));
  sync(nodes, standing.map((node) => ({ ...node, label: undefined, opacity: !focus || focus.has(node.id) ? 1 : 0.25 })));
  sync(lines, data.network.edges.filter((line) => wanted(line.from) && wanted(line.to)));
  const { thing, line } = view.chosen || {};
  picture.setSelection({
    nodes: nodes.get(thing ?? -1) ? [thing] : [],
    edges: lines.get(line ?? -1) ? [line] : [],
  });
}

/** Bring a thing into the picture with its best connected neighbours, whatever the first view left out. */
function reveal(thing) {
  const neighbours = links[thing].map((number) => far(data.network.edges[number], thing));
  for (const id of [thing, ...neighbours.sort((a, b) => a - b).slice(0, FEW)]) view.shown.add(id);
  view.hiddenClasses.delete(things[thing].top);
}

/** Move to a thing, or to both ends of a line, leaving room for the panel where it lies over the picture. */
function centre(ids, scale) {
  const places = ids.map((id) => data.network.nodes[id]);
  const middle = (axis) => places.reduce((sum, node) => sum + node[axis], 0) / places.length;
  const cover = byId("picture").getBoundingClientRect().bottom - byId("panel").getBoundingClientRect().top;
  const overlaid = getComputedStyle(byId("panel")).position === "fixed" && cover > 0;
  picture.moveTo({
    position: { x: middle("x"), y: middle("y") },
    offset: { x: 0, y: overlaid ? -cover / 2 : 0 },
    scale: Math.max(picture.getScale(), scale),
    animation: still.matches ? false : { duration: 350, easingFunction: "easeInOutQuad" },
  });
}

const widths = new Map(); // name → its width in a 100 px letter
function widthOf(context, text) {
  if (!widths.has(text)) {
    context.font = `600 100px ${colour("sans")}`;
    widths.set(text, context.measureText(text).width);
  }
  return widths.get(text) / 100;
}

/** The room that is taken on the screen, kept by cells of 64 px so that asking is cheap. */
class Room {
  constructor() {
    this.cells = new Map();
  }
  *cellsOf([left, top, right, bottom]) {
    for (let x = Math.floor(left / 64); x <= right / 64; x++) {
      for (let y = Math.floor(top / 64); y <= bottom / 64; y++) yield `${x} ${y}`;
    }
  }
  isFree(box) {
    for (const cell of this.cellsOf(box)) {
      for (const other of this.cells.get(cell) || []) {
        if (other[0] < box[2] && box[0] < other[2] && other[1] < box[3] && box[1] < other[3]) return false;
      }
    }
    return true;
  }
  take(box) {
    for (const cell of this.cellsOf(box)) this.cells.set(cell, [...(this.cells.get(cell) || []), box]);
  }
}

/** Names by the nodes, the chosen first, then the best connected, each only where it covers nothing. */
function drawNames(context) {
  const scale = picture.getScale();
  const corner = picture.DOMtoCanvas({ x: 0, y: 0 });
  const screen = { width: byId("picture").clientWidth, height: byId("picture").clientHeight };
  const focus = inFocus();
  const [marks, names] = [new Room(), new Room()];
  const fonts = colour("sans");
  const onScreen = ({ x, y }) => ({ x: (x - corner.x) * scale, y: (y - corner.y) * scale });
  const isSeen = ({ at }) => at.x > -80 && at.y > -40 && at.x < screen.width + 80 && at.y < screen.height + 40;

  /** Write `text` at the first of `spots` (middles, in pixels of the screen) that is free; a `must` may lie on marks. */
  function write(text, spots, must, size, weight, fill) {
    const [w, h] = [widthOf(context, text) * size / 2 + 1, size * 0.62];
    const boxes = spots(w, h).map(([x, y]) => [x - w, y - h, x + w, y + h]);
    const free = boxes.filter((one) => names.isFree(one));
    const box = free.find((one) => marks.isFree(one)) || (must && free[0]);
    if (!box) return;
    names.take(box);
    const [x, y] = [(box[0] + box[2]) / 2 / scale + corner.x, (box[1] + box[3]) / 2 / scale + corner.y];
    context.font = `${weight} ${size / scale}px ${fonts}`;
    context.lineWidth = 3.5 / scale;
    context.strokeStyle = ink.halo;
    context.strokeText(text, x, y);
    context.fillStyle = fill;
    context.fillText(text, x, y);
  }

  function name({ node, at, radius }, rank) {
    const chosen = focus && focus.has(node.id);
    const size = 11.5 + Math.min(degree(node.id), 25) * 0.16;
    context.globalAlpha = focus && !chosen ? 0.35 : 1;
    const around = (w, h) => [
      [at.x, at.y + radius + h], [at.x + radius + w + 2, at.y], [at.x - radius - w - 2, at.y], [at.x, at.y - radius - h],
    ];
    write(node.label, around, chosen || rank < HUBS, size, chosen ? "600" : "400", ink.text);
  }

  function relation(number) {
    const { from, to, facts } = data.network.edges[number];
    const [a, b] = [from, to].map((end) => onScreen(data.network.nodes[end]));
    const said = facts.map((fact) => data.facts[fact].title.slice(0, 12) || relationName(data.facts[fact].relation, "out"));
    const between = [0.5, 0.6, 0.4].map((part) => [a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part]);
    write([...new Set(said)].slice(0, 2).join(" · "), () => between, true, 10.5, "400", ink.accent);
  }

  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const seen = data.network.nodes.filter((node) => nodes.get(node.id))
    .map((node) => ({ node, at: onScreen(node), radius: node.size * scale })).filter(isSeen);
  for (const { at, radius: r } of seen) marks.take([at.x - r, at.y - r, at.x + r, at.y + r]);
  seen.filter(({ node }) => focus && focus.has(node.id)).forEach(name);
  context.globalAlpha = 1;
  if (view.chosen) picture.getSelectedEdges().slice(0, FEW).forEach(relation);
  seen.filter(({ node }) => !focus || !focus.has(node.id)).forEach(name);
  context.globalAlpha = 1;
}
