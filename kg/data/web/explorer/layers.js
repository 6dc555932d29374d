// The canvases below and above what sigma draws: territories and ties, names that cover no other, rings.
import { byId, className, first, short, word } from "./text.js";
import { chosenNodes, colours, drawn, focus, keyOfNode, near, over, renderer } from "./map.js";
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

export function groupName(group) {
  const sort = first.groups.sort[group];
  return sort === "rest" ? word("rest") : sort === "community" ? word("around", { name: short(first.groups.name[group], 12) }) : short(first.groups.name[group], 12);
}

export const hasLand = (group) => !state.bare || first.groups.key[group] === state.chosen?.of[0];

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
    pen.strokeStyle = chosen ? colours.accent : colours.rule;
    pen.lineWidth = chosen ? 2 : 1;
    pen.stroke();
  });
}

/** The nodes with their places on the screen, those first whose names matter most. */
function byWeight(width, height) {
  const wanted = new Set([...chosenNodes(), focus, over].filter(Boolean));
  const seen = [];
  drawn.forEachNode((node, attributes) => {
    const at = renderer.graphToViewport(attributes);
    if (at.x < -50 || at.y < -20 || at.x > width + 50 || at.y > height + 20) return;
    const rank = wanted.has(node) ? 3 : near?.has(node) ? 2 : near ? 0 : 1;
    seen.push({ node, attributes, at, rank, size: renderer.scaleSize(attributes.size) });
  });
  return seen.sort((a, b) => b.rank - a.rank || b.attributes.degree - a.attributes.degree);
}

/** Whether a rectangle is free of the names that stand; if so it is taken. */
function takes(grid, box) {
  const cells = [];
  for (let column = Math.floor(box.x / 80); column <= Math.floor((box.x + box.width) / 80); column += 1) {
    for (let row = Math.floor(box.y / 24); row <= Math.floor((box.y + box.height) / 24); row += 1) cells.push(`${column},${row}`);
  }
  const met = cells.some((cell) => grid.get(cell)?.some((other) =>
    box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height));
  if (met) return false;
  for (const cell of cells) grid.set(cell, [...(grid.get(cell) || []), box]);
  nameBoxes.push(box);
  return true;
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

function drawNames() {
  const pen = context("names");
  const { width, height } = renderer.getDimensions();
  const { sans, serif } = colours;
  const grid = new Map();
  nameBoxes = [];
  pen.lineJoin = "round";
  pen.textBaseline = "middle";
  const write = (text, x, y, size, font, colour, box) => {
    if (!takes(grid, box)) return;
    pen.font = `${size}px ${font}`;
    pen.strokeStyle = colours.paper;
    pen.lineWidth = 3.5;
    pen.strokeText(text, x, y);
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
  };
  first.groups.key.forEach((_, group) => {
    const circle = circleOf(group);
    if (!hasLand(group) || circle.radius < 16 || circle.x + circle.radius < 0 || circle.x - circle.radius > width) return;
    const size = Math.round(Math.max(11, Math.min(circle.radius / 5, 22)));
    pen.font = `600 ${size}px ${serif}`;
    const text = groupName(group);
    const wide = widthOf(pen, text);
    const y = Math.max(circle.y - circle.radius - size * 0.2, Math.min(size, circle.y + circle.radius));
    if (y > height || y < -size) return;
    const at = circle.x - wide / 2;
    write(text, at, y, size, serif, near && state.chosen?.of[0] !== first.groups.key[group] ? colours.quiet : colours.ink, { x: at, y: y - size / 2, width: wide, height: size });
  });
  for (const { node, attributes, at, rank, size } of byWeight(width, height)) {
    if (rank === 3 || state.pinned[keyOfNode(node)]) ring(pen, at, size + 4, rank === 3 ? colours.accent : colours.quiet, !(rank === 3));
    const text = attributes.kind ? (size > 7 || rank > 1 ? `${className(attributes.kind)} ${attributes.count}` : "") : short(attributes.name);
    if (!text || (!attributes.kind && rank < 2 && size < 3.6) || (moving && nameBoxes.length > WHILE_MOVING)) continue;
    const points = rank === 3 ? 14 : attributes.kind ? 11 : 12;
    pen.font = `${points}px ${sans}`;
    const wide = widthOf(pen, text);
    const x = attributes.kind ? at.x - wide / 2 : at.x + size + 4;
    const y = attributes.kind ? at.y + size + 9 : at.y;
    write(text, x, y, points, sans, rank === 0 || attributes.kind ? colours.quiet : colours.ink, { node, x: x - 1, y: y - points / 2 - 1, width: wide + 2, height: points + 2 });
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
  byId("picture").dataset.ready = "yes";
}

