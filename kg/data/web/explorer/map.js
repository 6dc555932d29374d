// The map: sigma draws things and lines by WebGL; territories, names and rings lie on canvases below and above.
import { button, byId, className, first, grouped, make, named, short, word } from "./text.js";
import { data, nameOf, topOf } from "./data.js";
import { RING, SHAPES, ShapeProgram } from "./shapes.js";
import { circleOf, drawLayers, groupName, hasLand, isRich, layers, roomIn, stir } from "./layers.js";
import { factsOf, otherEnd } from "./graph.js";
import { choose, chooseThing, closeGroup, factPasses, groupNumber, grow, hide, keyOf, openGroup, pin, shown, state, thingNumber, unchoose } from "./state.js";

/** @type {any} */
const { Graph, Sigma } = /** @type {any} */ (window).vendor;
/** The picture's graph: "t12" is a thing, "k3.Person" a mark for a class of a group. Positions have y upwards. */
export let drawn = new Graph({ multi: false, type: "directed" });
/** @type {any} */
export let renderer = null;
export let colours = {};
export let focus = ""; // the node that the arrow keys stand on
export let over = "";
export let overGroup = -1; // the circle under the pointer
export let near = null; // the nodes around the chosen one, while one is chosen
const still = matchMedia("(prefers-reduced-motion: reduce)");

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  colours = Object.fromEntries(["paper", "ink", "quiet", "rule", "line", "accent", "land", "sans", "serif", ...first.tops].map((name) => [name, value(name)]));
}

/** A colour some way towards another, both as #rrggbb. */
function mixed(from, to, share) {
  const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  return `#${[0, 1, 2].map((i) => Math.round(part(from, i) * (1 - share) + part(to, i) * share).toString(16).padStart(2, "0")).join("")}`;
}

const sizeOf = (degree) => Math.min(3.2 + 1.15 * Math.sqrt(degree), 15);

/** Start sigma over the whole map; false where the browser has no WebGL. */
export function startMap() {
  readColours();
  const { x, y, radius } = first.groups;
  const ends = (axis, sign) => axis.map((at, i) => at + sign * radius[i]);
  const box = {
    x: [Math.min(...ends(x, -1), -1), Math.max(...ends(x, 1), 1)], y: [-Math.max(...ends(y, 1), 1), -Math.min(...ends(y, -1), -1)],
  };
  try {
    renderer = new Sigma(drawn, byId("picture"), {
      defaultNodeType: "shape", nodeProgramClasses: { shape: ShapeProgram }, nodeHoverProgramClasses: { shape: ShapeProgram },
      defaultDrawNodeHover: () => {}, renderLabels: false, zIndex: true, enableEdgeEvents: true, allowInvalidContainer: true,
      minCameraRatio: 0.002, maxCameraRatio: 3, stagePadding: 24, labelRenderedSizeThreshold: Infinity, doubleClickZoomingRatio: 1,
      zoomDuration: still.matches ? 0 : 200, inertiaDuration: still.matches ? 0 : 200,
    });
  } catch {
    return false;
  }
  renderer.setCustomBBox(box);
  renderer.refresh(); // so that places on the screen are known before the first picture
  for (const [layer, at] of [["land", { beforeLayer: "edges" }], ["names", { afterLayer: "nodes" }]]) {
    const canvas = renderer.createCanvas(layer, at);
    canvas.style.pointerEvents = "none";
    layers[layer] = canvas;
  }
  renderer.on("afterRender", drawLayers);
  renderer.getCamera().on("updated", stir);
  listen();
  return true;
}

// ---- what is on it ------------------------------------------------------------------------------------------

function addThing(thing, name, top, x, y, degree, group, more) {
  drawn.addNode(`t${thing}`, { thing, name, label: "", top, group, x, y: -y, size: sizeOf(degree), degree, shape: SHAPES[top], zIndex: 1, ...more });
}

/** Below its circle's rim, a mark for each class of a group. */
function addKinds(group) {
  const { x, y, radius, counts } = first.groups;
  const present = first.tops.filter((_, top) => counts[group][top] && !state.filters.classes.includes(first.tops[top]));
  present.forEach((top, i) => {
    const angle = Math.PI * (0.5 + (i - (present.length - 1) / 2) * -0.17);
    const count = counts[group][first.tops.indexOf(top)];
    drawn.addNode(`k${group}.${top}`, {
      kind: top, group, count, name: "", label: "", top, degree: 0, zIndex: 0, shape: SHAPES[top] + RING,
      x: x[group] + radius[group] * Math.cos(angle), y: -(y[group] + radius[group] * Math.sin(angle)),
      size: Math.min(5 + 1.3 * Math.log2(1 + count), 15),
    });
  });
}

function addLine(from, to, facts) {
  const [a, b] = [`t${from}`, `t${to}`];
  if (from === to || !drawn.hasNode(a) || !drawn.hasNode(b)) return;
  if (drawn.hasEdge(a, b)) drawn.updateEdgeAttribute(a, b, "facts", (n) => n + facts);
  else if (drawn.hasEdge(b, a)) drawn.mergeEdgeAttributes(b, a, { both: true, type: "line" });
  else drawn.addEdge(a, b, { facts, type: facts ? "arrow" : "line", size: 1 });
}

/** Put on the map what the state says. `plain`: the first block alone tells it. */
export function showMap(plain) {
  renderer.resize();
  drawn = new Graph({ multi: false, type: "directed" }); // sigma takes a whole graph faster than its changes
  if (!state.bare) first.groups.key.forEach((_, group) => isRich(group) && addKinds(group));
  const ranks = new Map();
  const rank = (group) => ranks.set(group, (ranks.get(group) ?? -1) + 1).get(group);
  if (plain) {
    const { thing, name, top, group, x, y, degree } = first.hubs;
    thing.forEach((one, i) => {
      if (!state.filters.classes.includes(first.tops[top[i]])) addThing(one, name[i], first.tops[top[i]], x[i], y[i], degree[i], group[i], { rank: rank(group[i]), asked: false });
    });
    for (let i = 0; i < first.lines.length; i += 2) addLine(thing[first.lines[i]], thing[first.lines[i + 1]], 0);
  } else {
    const { things: all, asked } = shown();
    for (const thing of all) {
      const [x, y] = state.pinned[keyOf(thing)] || [data.things.x[thing], data.things.y[thing]];
      addThing(thing, nameOf(thing), topOf(thing), x, y, data.things.degree[thing], data.things.group[thing], { rank: rank(data.things.group[thing]), asked: asked.has(thing) });
    }
    for (const thing of all) {
      for (const fact of factsOf(thing)) {
        if (data.facts.subject[fact] === thing && factPasses(fact)) addLine(thing, otherEnd(fact, thing), 1);
      }
    }
  }
  if (!drawn.hasNode(focus)) focus = "";
  over = "";
  paintMap();
  renderer.setGraph(drawn);
}

/** The nodes that the choice names. */
export function chosenNodes() {
  const { sort, of } = state.chosen || { sort: "", of: [] };
  if (sort === "path") return pathNodes;
  if (sort === "kind") return [`k${groupNumber(of[0])}.${of[1]}`];
  if (sort !== "thing" && sort !== "line") return [];
  return data.things ? of.map((key) => `t${thingNumber(key)}`).filter((node) => drawn.hasNode(node)) : [];
}

let pathNodes = [];
/** The things on the shortest ways that are being looked at. */
export function setPath(things) {
  pathNodes = things.map((thing) => `t${thing}`).filter((node) => drawn.hasNode(node));
}

/** Whether a line between two groups was asked for: others would be a hairball, and ties stand for them. */
const grownEnds = (from, to) => data.things && [from, to].some((node) => state.grown[keyOfNode(node)]);

/** Colours by class, choice and system; who is not near the choice steps back. */
export function paintMap() {
  readColours();
  const chosen = chosenNodes();
  const sort = state.chosen?.sort;
  near = null;
  if (sort === "thing" && chosen.length) near = new Set([...chosen, ...drawn.neighbors(chosen[0])]);
  else if ((sort === "path" || sort === "line") && chosen.length) near = new Set(chosen);
  else if ((sort === "group" || sort === "kind") && groupNumber(state.chosen.of[0]) >= 0) {
    const group = groupNumber(state.chosen.of[0]);
    near = new Set(drawn.filterNodes((_, node) => node.group === group && (sort === "group" || node.top === state.chosen.of[1])));
  }
  const hidden = hiddenNow();
  drawn.updateEachNodeAttributes((node, attributes) => ({
    ...attributes,
    hidden: hidden(node, attributes),
    color: near && !near.has(node) ? mixed(colours[attributes.top], colours.paper, 0.72) : colours[attributes.top],
    zIndex: near?.has(node) ? 2 : attributes.kind ? 0 : 1,
  }));
  drawn.updateEachEdgeAttributes((_, attributes, from, to) => {
    const lit = near && (sort === "thing" ? chosen.includes(from) || chosen.includes(to) : near.has(from) && near.has(to));
    return {
      ...attributes, size: lit ? 1.6 : 0.8, zIndex: lit ? 1 : 0,
      hidden: !lit && drawn.getNodeAttribute(from, "group") !== drawn.getNodeAttribute(to, "group") && !grownEnds(from, to),
      color: lit ? mixed(colours.accent, colours.paper, 0.25) : near ? mixed(colours.line, colours.paper, 0.6) : colours.line,
    };
  });
  renderer?.refresh();
}

/** How far in the map is, in steps of a third of a doubling. */
const levelNow = () => Math.round(3 * Math.log2(Math.max(circleOf(0).radius, 0.01)));
let level = NaN;

/** Which nodes do not show: those that their circle has no room for, unless they were asked for. */
function hiddenNow() {
  level = renderer && first.groups.key.length ? levelNow() : NaN;
  const rooms = renderer ? first.groups.key.map((_, group) => roomIn(group)) : [];
  const isLit = ["thing", "line", "path"].includes(state.chosen?.sort);
  return (node, { kind, group, rank, asked }) => !(asked || (isLit && near?.has(node)) || node === focus)
    && (kind ? !rooms[group] : rank >= rooms[group]);
}

/** Whoever comes nearer sees more: called with each drawing. */
export function watchDetail() {
  if (!first.groups.key.length || levelNow() === level) return;
  const hidden = hiddenNow();
  drawn.updateEachNodeAttributes((node, attributes) => ({ ...attributes, hidden: hidden(node, attributes) }));
}

// ---- moving -------------------------------------------------------------------------------------------------

/** How much of the map the panel of a phone lies over. */
function coveredBelow() {
  if (!state.chosen || getComputedStyle(byId("panel")).position !== "fixed") return 0;
  return Math.max(0, byId("picture").getBoundingClientRect().bottom - 0.45 * window.innerHeight);
}

/** Bring these nodes, or this circle of a group, into view. */
export function lookAt(points, { closest = 0.16 } = {}) {
  if (!renderer || !points.length) return;
  const seen = points.map((point) => renderer.graphToViewport(point));
  const xs = seen.map((point) => point.x), ys = seen.map((point) => point.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const { width, height: whole } = renderer.getDimensions();
  const covered = coveredBelow();
  const height = whole - covered;
  const share = Math.max((right - left) / (width * 0.78), (bottom - top) / (height * 0.78));
  const ratio = Math.min(Math.max(renderer.getCamera().ratio * share, closest), 1.2);
  const below = (covered / 2) * (ratio / renderer.getCamera().ratio);
  const to = { ...renderer.viewportToFramedGraph({ x: (left + right) / 2, y: (top + bottom) / 2 + below }), ratio, angle: 0 };
  if (still.matches) renderer.getCamera().setState(to);
  else renderer.getCamera().animate(to, { duration: 350 });
}

export const positionOf = (thing) => drawn.getNodeAttributes(`t${thing}`);
export const fit = () => renderer?.getCamera()[still.matches ? "setState" : "animate"]({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
export function lookAtGroup(group) {
  const { x, y, radius } = first.groups;
  lookAt([-1, 1].map((sign) => ({ x: x[group] + sign * radius[group], y: -(y[group] + sign * radius[group]) })));
}
/** Bring the choice and what is joined to it into view. */
export function lookAtChosen() {
  const { sort, of } = state.chosen || {};
  if (sort === "group" || sort === "kind") lookAtGroup(groupNumber(of[0]));
  else if (near?.size) lookAt([...near].map((node) => drawn.getNodeAttributes(node)));
}
export function zoom(factor) {
  const camera = renderer.getCamera();
  camera.setState({ ratio: renderer.getBoundedCamera ? camera.getBoundedRatio(camera.ratio * factor) : camera.ratio * factor });
}

// ---- pointing and keys --------------------------------------------------------------------------------------

export const keyOfNode = (node) => (data.things && node.startsWith("t") ? keyOf(drawn.getNodeAttribute(node, "thing")) : "");

/** Act on a node of the map: choose it, or open what it stands for. */
function act(node) {
  const { thing, group, kind } = drawn.getNodeAttributes(node);
  if (kind) openGroup(group, kind);
  else withThings(() => chooseThing(thing));
}

/** What needs the keys of things waits until they are unpacked. */
let withThings = (run) => run();
export const setWithThings = (wait) => { withThings = wait; };

function listen() {
  let dragged = "";
  let moved = false;
  renderer.on("clickNode", ({ node }) => { if (!moved) act(node); });
  renderer.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
    preventSigmaDefault();
    if (node.startsWith("t")) withThings(() => grow(keyOfNode(node)));
  });
  renderer.on("clickEdge", ({ edge }) => {
    const ends = drawn.extremities(edge).map((node) => drawn.getNodeAttribute(node, "thing"));
    withThings(() => choose("line", ...ends.map(keyOf)));
  });
  renderer.on("clickStage", ({ event }) => {
    const group = groupAt(event);
    if (group >= 0) openGroup(group);
    else if (state.chosen) unchoose();
  });
  renderer.on("enterNode", ({ node }) => { over = node; hint(true); renderer.scheduleRender(); });
  renderer.on("leaveNode", () => { over = ""; hint(false); renderer.scheduleRender(); });
  renderer.on("enterEdge", () => hint(true));
  renderer.on("leaveEdge", () => hint(false));
  renderer.on("downNode", ({ node }) => { if (node.startsWith("t")) [dragged, moved] = [node, false]; });
  renderer.on("moveBody", ({ event }) => {
    const under = over || !byId("picture").contains(event.original.target) ? -1 : groupAt(event); // the panel lies beside
    if (under !== overGroup) {
      overGroup = under;
      hint(Boolean(over) || under >= 0);
      renderer.scheduleRender();
    }
    if (!dragged) return;
    moved = true;
    drawn.mergeNodeAttributes(dragged, renderer.viewportToGraph(event));
    event.preventSigmaDefault();
    event.original.preventDefault();
  });
  const drop = () => {
    if (dragged && moved) {
      const { x, y } = drawn.getNodeAttributes(dragged);
      const node = dragged;
      withThings(() => pin(keyOfNode(node), [x, -y]));
    }
    dragged = "";
    setTimeout(() => { moved = false; }, 0);
  };
  renderer.on("upNode", drop);
  renderer.on("upStage", drop);
  byId("picture").addEventListener("keydown", key);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintMap);
}

const hint = (on) => byId("picture").classList.toggle("over", on);

/** The smallest territory at a point of the screen, -1 where there is none. */
function groupAt(point) {
  let best = -1, least = Infinity;
  first.groups.key.forEach((_, group) => {
    const circle = circleOf(group);
    const away = Math.hypot(point.x - circle.x, point.y - circle.y);
    const label = Math.abs(point.x - circle.x) < 60 && Math.abs(point.y - (circle.y - circle.radius)) < 12;
    if (hasLand(group) && (away < circle.radius || label) && circle.radius < least) [best, least] = [group, circle.radius];
  });
  return best;
}

const TOWARDS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Arrows walk from node to node, Enter chooses; +, -, 0 zoom; e, h, p expand, hide and pin. */
function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (TOWARDS[event.key]) walk(TOWARDS[event.key]);
  else if (event.key === "Enter" && focus) act(focus);
  else if (event.key === "+" || event.key === "=") zoom(0.7);
  else if (event.key === "-") zoom(1.4);
  else if (event.key === "0") fit();
  else if (focus.startsWith("t") && "ehp".includes(event.key)) withThings(() => ({ e: grow, h: hide, p: pin })[event.key](keyOfNode(focus)));
  else return;
  event.preventDefault();
}

function walk([dx, dy]) {
  const from = focus ? drawn.getNodeAttributes(focus) : renderer.viewportToGraph({ x: renderer.getDimensions().width / 2, y: renderer.getDimensions().height / 2 });
  let best = "", least = Infinity;
  drawn.forEachNode((node, { x, y }) => {
    const along = (x - from.x) * dx + (y - from.y) * dy;
    const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
    if (node !== focus && (along > 0 || !focus) && along + 2 * aside < least && (aside <= 2 * along || !focus)) [best, least] = [node, Math.abs(along) + 2 * aside];
  });
  if (!best) return;
  focus = best;
  drawn.setNodeAttribute(focus, "hidden", false);
  const { name, kind, group, count, top, degree } = drawn.getNodeAttributes(focus);
  byId("said").textContent = kind ? `${groupName(group)} ${className(kind)} ${count}` : `${short(name, 40)}, ${className(top)}, ${word("links", { count: degree })}`;
  const at = renderer.graphToViewport(drawn.getNodeAttributes(focus));
  const { width, height } = renderer.getDimensions();
  if (at.x < 20 || at.y < 20 || at.x > width - 20 || at.y > height - 20) lookAt([drawn.getNodeAttributes(focus)], { closest: renderer.getCamera().ratio });
  renderer.scheduleRender();
}

// ---- what can be opened and closed ---------------------------------------------------------------------------

/** The tools below the map: what is opened, to close it again, and how much is shown. */
export function mapTools() {
  const opened = state.open.filter((name) => groupNumber(name.split(".")[0]) >= 0).map((name) => {
    const [key, top] = name.split(".");
    const text = `${groupName(groupNumber(key))}${top ? ` · ${className(top)}` : ""}`;
    return button([named(text), make("span", { "aria-hidden": "true" }, " ×")], () => closeGroup(name), { className: "chip", "aria-label": word("closeGroup", { name: text }) });
  });
  const things = drawn.filterNodes((node) => node.startsWith("t")).length;
  byId("opened").replaceChildren(
    ...opened,
    make("span", { className: "count" }, word("shown", { shown: grouped(things), all: grouped(first.counts.things) })),
  );
}
