// The canvases below and above what sigma draws: territories and ties, names that cover no other, rings.
import { byId, className, first, short, word } from "./text.js";
import { chosenNodes, colours, drawn, focus, keyOfNode, near, over, overGroup, renderer, watchDetail } from "./map.js";
import { state } from "./state.js";

export const layers = {};
/** The rectangles of the names that stand, for tests and for those who point at a territory. */
export let nameBoxes = [];

function context(layer) {
  const canvas = layers[layer];
  const { width, height } = renderer.getDimensions();
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

/** A group's circle on the screen. */
export function circleOf(group) {
  const { x, y, radius } = first.groups;
  const centre = renderer.graphToViewport({ x: x[group], y: -y[group] });
  const rim = renderer.graphToViewport({ x: x[group] + radius[group], y: -y[group] });
  return { x: centre.x, y: centre.y, radius: Math.max(rim.x - centre.x, 0) };
}

export function groupName(group, length = 12) {
  const sort = first.groups.sort[group];
  const name = short(first.groups.name[group], length);
  return sort === "rest" ? word("rest") : sort === "community" ? word("around", { name }) : name;
}

export const hasLand = (group) => !state.bare || first.groups.key[group] === state.chosen?.of[0];

export const isRich = (group) => first.groups.counts[group].reduce((sum, count) => sum + count, 0) > 5;
/** Pixels to each side of a thing before another of its circle shows. */
const ROOM = 15;

/** How many things, best connected first, a circle has room for as it stands; with none its marks do not show either. */
export function roomIn(group) {
  const { radius } = circleOf(group);
  return radius < (isRich(group) ? 44 : 26) ? 0 : Math.floor((radius / ROOM) ** 2);
}

function drawLand() {
  const pen = context("land");
  const circles = first.groups.key.map((_, group) => circleOf(group));
  pen.strokeStyle = colours.rule;
  for (let i = 0; i < first.ties.length && !state.bare; i += 3) {
    const [a, b] = [circles[first.ties[i]], circles[first.ties[i + 1]]];
    pen.lineWidth = Math.min(0.8 + Math.log2(first.ties[i + 2]), 6);
    pen.beginPath();
    pen.moveTo(a.x, a.y);
    pen.lineTo(b.x, b.y);
    pen.stroke();
  }
  circles.forEach((circle, group) => {
    if (!hasLand(group)) return;
    pen.beginPath();
    pen.arc(circle.x, circle.y, circle.radius, 0, 2 * Math.PI);
    pen.fillStyle = colours.land;
    pen.fill();
    const chosen = state.chosen?.sort === "group" && state.chosen.of[0] === first.groups.key[group];
    pen.strokeStyle = chosen || group === overGroup ? colours.accent : colours.rule;
    pen.lineWidth = chosen ? 2 : 1;
    pen.stroke();
    for (const { top, from, to, width } of shares(circle, group)) {
      pen.beginPath();
      pen.arc(circle.x, circle.y, circle.radius - width / 2, from, to);
      pen.strokeStyle = colours[top];
      pen.lineWidth = width;
      pen.globalAlpha = state.chosen && !chosen ? 0.3 : 0.75;
      pen.stroke();
      pen.globalAlpha = 1;
    }
  });
}

/** While a circle has no room for what is in it its rim tells the shares of the classes: arcs from the top, clockwise. */
export function shares({ radius }, group) {
  if (roomIn(group)) return [];
  const counts = first.groups.counts[group].map((count, top) => (state.filters.classes.includes(first.tops[top]) ? 0 : count));
  const all = counts.reduce((sum, count) => sum + count, 0) || 1;
  let to = -Math.PI / 2;
  return counts.map((count, top) => {
    const from = to;
    to += (2 * Math.PI * count) / all;
    return { top: first.tops[top], from, to, width: Math.min(radius, Math.max(1.5, Math.min(radius * 0.14, 5))) };
  }).filter((arc) => arc.to > arc.from);
}

/** The nodes with their places on the screen, those first whose names matter most. */
function byWeight(width, height) {
  const wanted = new Set([...chosenNodes(), focus, over].filter(Boolean));
  const seen = [];
  drawn.forEachNode((node, attributes) => {
    if (attributes.hidden) return;
    const at = renderer.graphToViewport(attributes);
    if (at.x < -50 || at.y < -20 || at.x > width + 50 || at.y > height + 20) return;
    const rank = wanted.has(node) ? 3 : near?.has(node) ? 2 : near ? 0 : 1;
    seen.push({ node, attributes, at, rank, size: renderer.scaleSize(attributes.size) });
  });
  return seen.sort((a, b) => b.rank - a.rank || b.attributes.degree - a.attributes.degree);
}

/** Rectangles, to be asked whether one lies free of them. */
class Boxes {
  cells = new Map();

  *around({ x, y, width, height }) {
    for (let column = Math.floor(x / 80); column <= Math.floor((x + width) / 80); column += 1) {
      for (let row = Math.floor(y / 24); row <= Math.floor((y + height) / 24); row += 1) yield column * 10_000 + row;
    }
  }

  add(box) {
    for (const cell of this.around(box)) this.cells.set(cell, [...(this.cells.get(cell) || []), box]);
  }

  leaves(box) {
    for (const cell of this.around(box)) {
      if (this.cells.get(cell)?.some((other) => other.node !== box.node
        && box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height)) return false;
    }
    return true;
  }
}

const widths = new Map();

function widthOf(pen, text) {
  const key = `${pen.font}|${text}`;
  if (!widths.has(key)) widths.set(key, pen.measureText(text).width);
  return widths.get(key);
}

/** While the map moves only the weightiest names are written: to outline each takes time. */
const WHILE_MOVING = 50;
let moving = 0;
export function stir() {
  clearTimeout(moving);
  moving = window.setTimeout(() => {
    moving = 0;
    renderer.scheduleRender();
  }, 160);
}

/** The name of a circle: on its rim, or in its middle while nothing else shows there. */
function groupLabel(pen, group) {
  const circle = circleOf(group);
  const empty = !roomIn(group);
  const size = empty ? Math.round(Math.max(10, Math.min(circle.radius / 1.6, 13))) : Math.round(Math.max(11, Math.min(circle.radius / 5, 22)));
  const font = `600 ${size}px ${colours.serif}`;
  pen.font = font;
  const text = groupName(group, empty && group !== overGroup ? Math.max(4, Math.floor((2.6 * circle.radius) / size)) : 12);
  const width = widthOf(pen, text);
  const y = empty ? circle.y : Math.max(circle.y - circle.radius - size * 0.2, Math.min(size, circle.y + circle.radius));
  const back = near && state.chosen?.of[0] !== first.groups.key[group];
  return { text, font, size, weight: 600, colour: back ? colours.quiet : colours.ink, x: circle.x - width / 2, y: y - size / 2, width, height: size };
}

/** Where the name of a node may stand: beside it, or above or below; a mark's below only. */
function nodeLabels(pen, { node, attributes, at, rank, size }) {
  const points = rank === 3 ? 14 : attributes.kind ? 11 : 12;
  const font = `${points}px ${colours.sans}`;
  pen.font = font;
  const text = attributes.kind ? `${className(attributes.kind)} ${attributes.count}` : short(attributes.name);
  const width = widthOf(pen, text);
  const half = points / 2;
  const at_ = (x, y) => ({ node, text, font, size: points, weight: 400, colour: rank === 0 || attributes.kind ? colours.quiet : colours.ink, x, y: y - half - 1, width, height: points + 2 });
  const below = at_(at.x - width / 2, at.y + size + half + 3);
  if (attributes.kind) return [below];
  return [at_(at.x + size + 4, at.y), at_(at.x - size - 4 - width, at.y), below, at_(at.x - width / 2, at.y - size - half - 3)];
}

/** The best connected of a circle are named even where the name covers a mark. */
const IN_ANY_CASE = 3;

function drawNames() {
  const pen = context("names");
  const { width, height } = renderer.getDimensions();
  const names = new Boxes(), marks = new Boxes(), wanted = new Boxes(); // no name covers a mark that was asked for
  nameBoxes = [];
  pen.lineJoin = "round";
  pen.textBaseline = "middle";
  const write = (box) => {
    names.add(box);
    nameBoxes.push(box);
    pen.font = box.font;
    pen.strokeStyle = colours.paper;
    pen.lineWidth = 3.5;
    pen.strokeText(box.text, box.x, box.y + box.height / 2);
    pen.fillStyle = box.colour;
    pen.fillText(box.text, box.x, box.y + box.height / 2);
  };
  const seen = byWeight(width, height);
  for (const { node, at, size, rank } of seen) {
    const box = { node, x: at.x - size * 0.8, y: at.y - size * 0.8, width: 1.6 * size, height: 1.6 * size };
    marks.add(box);
    if (rank === 3) wanted.add(box);
  }
  for (const group of [overGroup, ...first.groups.key.keys()]) {
    const circle = group >= 0 && circleOf(group);
    if (!circle || !hasLand(group) || (circle.radius < 9 && group !== overGroup) || circle.x + circle.radius < 0 || circle.x - circle.radius > width) continue;
    const box = groupLabel(pen, group);
    if (box.y < height && box.y > -30 && names.leaves(box)) write(box);
  }
  for (const one of seen) {
    const { node, attributes, at, rank, size } = one;
    if (rank === 3 || state.pinned[keyOfNode(node)]) ring(pen, at, size + 4, rank === 3 ? colours.accent : colours.quiet, !(rank === 3));
    if ((attributes.kind ? size < 7 : size < 3.6) && rank < 2) continue;
    if (moving && nameBoxes.length > WHILE_MOVING) continue;
    const free = nodeLabels(pen, one).filter((box) => names.leaves(box) && wanted.leaves(box));
    const best = free.find((box) => marks.leaves(box) && box.x > 0 && box.x + box.width < width)
      || (rank > 1 || attributes.kind || attributes.rank < IN_ANY_CASE ? free[0] : null);
    if (best) write(best);
  }
}

function ring(pen, at, radius, colour, dashed) {
  pen.beginPath();
  pen.setLineDash(dashed ? [3, 3] : []);
  pen.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke();
  pen.setLineDash([]);
}

export function drawLayers() {
  const { width, height } = renderer.getDimensions();
  if (width < 50 || height < 50) return; // another view is open
  drawLand();
  drawNames();
  watchDetail();
  byId("picture").dataset.ready = "yes";
}

