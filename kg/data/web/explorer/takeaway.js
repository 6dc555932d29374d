// What the reader takes away: the view as SVG or PNG, the selection as Turtle, CSV or JSON-LD, and its SPARQL.
import { button, byId, first, make, svg, word } from "./text.js";
import { data, fact, fullIri, kindsOf, nameOf, namesOf, need, topOf } from "./data.js";
import { needGraph } from "./graph.js";
import { keyOf, scope, state } from "./state.js";
import { circleOf, nameBoxes, shares } from "./layers.js";
import { drawn, renderer } from "./map.js";
import { factsInScope, figuresInScope } from "./table.js";

const { prefixes } = first;

function save(name, type, text) {
  const link = make("a", { href: URL.createObjectURL(text instanceof Blob ? text : new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  byId("said").textContent = word("saved", { name });
}

// ---- pictures -----------------------------------------------------------------------------------------------

const outline = {
  Person: (x, y, r) => svg("circle", { cx: x, cy: y, r }),
  Organisation: (x, y, r) => svg("rect", { x: x - r * 0.85, y: y - r * 0.85, width: r * 1.7, height: r * 1.7 }),
  Place: (x, y, r) => svg("polygon", { points: `${x},${y - r} ${x + r},${y + r * 0.8} ${x - r},${y + r * 0.8}` }),
  Program: (x, y, r) => svg("polygon", { points: `${x},${y - r} ${x + r},${y} ${x},${y + r} ${x - r},${y}` }),
};

/** An arc of a circle's rim. */
function rim(x, y, radius, { from, to, width }, stroke) {
  if (to - from > 6.28) return svg("circle", { cx: x, cy: y, r: radius, fill: "none", stroke, "stroke-width": width, opacity: 0.75 });
  const end = (angle) => `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`;
  const path = `M ${end(from)} A ${radius} ${radius} 0 ${to - from > Math.PI ? 1 : 0} 1 ${end(to)}`;
  return svg("path", { d: path, fill: "none", stroke, "stroke-width": width, opacity: 0.75 });
}

/** The map as it is seen, drawn again as SVG. */
export function pictureSvg() {
  const { width, height } = renderer.getDimensions();
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const font = getComputedStyle(document.body).getPropertyValue("--sans").trim();
  const root = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, "font-family": font, "font-size": 12 });
  root.append(svg("rect", { width, height, fill: colour("paper") }));
  const at = (node) => renderer.graphToViewport(drawn.getNodeAttributes(node));
  if (!state.bare) {
    first.groups.key.forEach((_, group) => {
      const { x, y, radius } = circleOf(group);
      root.append(svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1), fill: colour("land"), stroke: colour("rule") }));
      for (const arc of shares({ radius }, group)) root.append(rim(x, y, radius - arc.width / 2, arc, colour(arc.top)));
    });
  }
  drawn.forEachEdge((_, { color, size, hidden }, from, to, a, b) => {
    if (hidden || a.hidden || b.hidden) return;
    const [start, end] = [at(from), at(to)];
    root.append(svg("line", { x1: start.x.toFixed(1), y1: start.y.toFixed(1), x2: end.x.toFixed(1), y2: end.y.toFixed(1), stroke: color, "stroke-width": size }));
  });
  drawn.forEachNode((node, { top, color, size, kind, hidden }) => {
    if (hidden) return;
    const { x, y } = at(node);
    const shape = outline[top](x, y, renderer.scaleSize(size));
    shape.setAttribute("fill", kind ? "none" : color);
    if (kind) shape.setAttribute("stroke", color);
    root.append(shape);
  });
  for (const { text, x, y, width: wide, height: high, size, weight, colour: ink } of nameBoxes) {
    root.append(svg("text", {
      x: (x + wide / 2).toFixed(1), y: (y + high / 2 + size * 0.36).toFixed(1), "text-anchor": "middle", "font-size": size, "font-weight": weight,
      fill: ink, stroke: colour("paper"), "stroke-width": 3, "paint-order": "stroke",
    }, document.createTextNode(text)));
  }
  return new XMLSerializer().serializeToString(root);
}

async function savePng() {
  const { width, height } = renderer.getDimensions();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(pictureSvg())}`;
  await image.decode();
  const canvas = make("canvas", { width: width * 2, height: height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  save("xianzhi.png", "image/png", blob);
}

// ---- data ---------------------------------------------------------------------------------------------------

/** An IRI as Turtle writes it, with what it may not hold escaped. */
const iriText = (iri) => `<${iri.replace(/[\u0000-\u0020<>"{}|^`\\]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}>`;
const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;

/** @typedef {{id: string, types: string[], literals: [string, string, string][], links: [string, string][]}} Node literals are property, text and language or datatype */

/** The selection as nodes: things with their names, facts among or around them, posts, figures. @returns {Node[]} */
function nodes() {
  const things = scope();
  const found = new Map();
  const node = (iri) => {
    if (!found.has(iri)) found.set(iri, { id: iri, types: [], literals: [], links: [] });
    return found.get(iri);
  };
  const tell = (thing) => {
    const one = node(fullIri(keyOf(thing)));
    if (one.types.length) return one;
    one.types.push(...[topOf(thing), ...kindsOf(thing)].map((name) => prefixes.xz + name));
    namesOf(thing).forEach((name, i) => one.literals.push([prefixes.skos + (i ? "altLabel" : "prefLabel"), name, i ? "" : "@zh-Hans"]));
    if (data.things.code[thing]) one.literals.push([`${prefixes.xz}divisionCode`, data.things.code[thing], ""]);
    return one;
  };
  for (const thing of things) tell(thing);
  for (const number of factsInScope(things)) {
    const { subject, object, predicate, post, title } = fact(number);
    const from = tell(subject), to = tell(object);
    if (!post) {
      from.links.push([predicate, to.id]);
      continue;
    }
    const held = node(fullIri(post));
    if (!held.types.length) {
      held.types.push(`${prefixes.org}Post`);
      held.literals.push([`${prefixes.xz}title`, title, ""]);
      held.links.push([`${prefixes.org}postIn`, to.id]);
    }
    from.links.push([predicate, held.id]);
  }
  for (const figure of figuresInScope(things)) {
    const { iri, about, name, value, unit, approximate } = data.figures;
    const one = node(fullIri(iri[figure]));
    one.types.push(`${prefixes.schema}Observation`);
    one.links.push([`${prefixes.schema}observationAbout`, fullIri(keyOf(about[figure]))]);
    one.literals.push([`${prefixes.schema}name`, name[figure], ""], [`${prefixes.schema}unitText`, unit[figure], ""]);
    one.literals.push([`${prefixes.schema}value`, value[figure], /^[+-]?\d+$/.test(value[figure]) ? `${prefixes.xsd}integer` : `${prefixes.xsd}decimal`]);
    if (approximate[figure]) one.literals.push([`${prefixes.xz}approximate`, "true", `${prefixes.xsd}boolean`]);
  }
  return [...found.values()];
}

/** An IRI by a prefix where one fits. */
function compact(iri) {
  const prefix = Object.keys(prefixes).find((one) => iri.startsWith(prefixes[one]) && /^\w+$/.test(iri.slice(prefixes[one].length)));
  return prefix ? `${prefix}:${iri.slice(prefixes[prefix].length)}` : null;
}

export function turtle() {
  const used = Object.entries(prefixes).map(([name, iri]) => `@prefix ${name}: <${iri}> .`);
  const term = (iri) => compact(iri) || iriText(iri);
  const suffix = (type) => (type.startsWith("@") || !type ? type : `^^${term(type)}`);
  const blocks = nodes().map(({ id, types, literals, links }) => [
    `a ${[...new Set(types)].map(term).join(", ")}`,
    ...literals.map(([property, text, type]) => `${term(property)} ${quoted(text)}${suffix(type)}`),
    ...links.map(([property, to]) => `${term(property)} ${iriText(to)}`),
  ].join(" ;\n    ").replace(/^/, `${iriText(id)} `));
  return `${used.join("\n")}\n\n${blocks.join(" .\n\n")} .\n`;
}

export function jsonld() {
  const short_ = (iri) => compact(iri) || iri;
  const graph = nodes().map(({ id, types, literals, links }) => {
    /** @type {Record<string, any>} */
    const one = { "@id": id, "@type": [...new Set(types)].map(short_) };
    const add = (property, value) => { one[short_(property)] = [...(one[short_(property)] || []), value]; };
    for (const [property, text, type] of literals) add(property, type.startsWith("@") ? { "@value": text, "@language": type.slice(1) } : type ? { "@value": text, "@type": short_(type) } : text);
    for (const [property, to] of links) add(property, { "@id": to });
    return one;
  });
  return JSON.stringify({ "@context": prefixes, "@graph": graph }, null, 1);
}

/** A field of a CSV file; one that a spreadsheet would take for a formula gets an apostrophe before it. */
const csvField = (value) => {
  const text = /^[=+\-@\t\r]/.test(value) && !/^-?[\d.]+$/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
};

export function csv() {
  const things = scope();
  const rows = [["subject", "relation", "object", "post", "date", "confidence", "value", "unit", "subject_iri", "object_iri"]];
  for (const number of factsInScope(things)) {
    const { subject, object, relation, title, date, confidence } = fact(number);
    rows.push([nameOf(subject), relation, nameOf(object), title, date, confidence, "", "", fullIri(keyOf(subject)), fullIri(keyOf(object))]);
  }
  for (const figure of figuresInScope(things)) {
    const { about, name, value, unit, date, confidence } = data.figures;
    rows.push([nameOf(about[figure]), name[figure], "", "", date[figure], confidence[figure], value[figure], unit[figure], fullIri(keyOf(about[figure])), ""]);
  }
  return `\ufeff${rows.map((row) => row.map(csvField).join(",")).join("\r\n")}\r\n`;
}

/** The query that would find what is chosen, or the things in view. */
export function sparql() {
  const used = (text) => Object.entries(prefixes).filter(([name]) => text.includes(`${name}:`)).map(([name, iri]) => `PREFIX ${name}: <${iri}>\n`).join("");
  const { sort, of } = state.chosen || { sort: "", of: [] };
  const iri = (key) => iriText(fullIri(key));
  let body = "";
  if (sort === "thing") {
    const ways = [`${iri(of[0])} ?relation ?other`, `?other ?relation ${iri(of[0])}`,
      `${iri(of[0])} org:holds ?post . ?post org:postIn ?other BIND(org:holds AS ?relation)`, `?other org:holds ?post . ?post org:postIn ${iri(of[0])} BIND(org:holds AS ?relation)`];
    body = `SELECT ?relation ?other ?name WHERE {\n  ${ways.map((way) => `{ ${way} }`).join("\n  UNION ")}\n  ?other skos:prefLabel ?name\n}`;
  } else if (sort === "line" || sort === "path") {
    body = `SELECT ?a ?p ?b WHERE {\n  VALUES ?a { ${of.map(iri).join(" ")} }\n  { ?a ?p ?b } UNION { ?b ?p ?a }\n  ?b skos:prefLabel ?name\n}`;
  } else if (sort === "doc" && data.articles.number.has(of[0])) {
    body = `SELECT ?thing ?name WHERE {\n  GRAPH ?document { ?thing skos:prefLabel ?name }\n  ?document dcterms:identifier ${quoted(data.articles.id[data.articles.number.get(of[0])])}\n}`;
  } else if (sort === "cell") {
    body = `SELECT ?body ?name WHERE {\n  ?body xz:carriesOut ${iri(of[0])} ; skos:prefLabel ?name\n}`;
  } else {
    const things = scope();
    const classes = first.tops.filter((top) => !state.filters.classes.includes(top)).map((top) => `xz:${top}`).join(" ");
    const values = things.length <= 300 ? `  VALUES ?thing { ${things.map((thing) => iri(keyOf(thing))).join(" ")} }\n` : `  VALUES ?class { ${classes} }\n  ?thing a ?class .\n`;
    body = `SELECT ?thing ?name ?relation ?other WHERE {\n${values}  ?thing skos:prefLabel ?name\n  OPTIONAL { ?thing ?relation ?other . ?other skos:prefLabel ?otherName }\n}`;
  }
  return `${used(body)}${body}\n`;
}

const FORMS = {
  PNG: savePng,
  SVG: () => save("xianzhi.svg", "image/svg+xml", pictureSvg()),
  Turtle: () => save("xianzhi.ttl", "text/turtle", turtle()),
  "JSON-LD": () => save("xianzhi.jsonld", "application/ld+json", jsonld()),
  CSV: () => save("xianzhi.csv", "text/csv", csv()),
};

/** The dialog of what can be taken away. */
export async function takeAway() {
  await needGraph();
  await need("also", "figures", "articles", "backing");
  const box = byId("takeaway");
  const text = make("textarea", { readOnly: true, rows: 9, value: sparql(), "aria-label": "SPARQL", spellcheck: false });
  box.replaceChildren(
    make("h2", {}, word("takeAway")),
    make("p", { className: "lead" }, word("takeAwayLead", { count: scope().length })),
    make("p", { className: "actions" }, ...Object.entries(FORMS).map(([name, act]) =>
      button(name, act, { id: `save-${name}`, disabled: !renderer && ["PNG", "SVG"].includes(name) }))),
    make("h3", {}, word("sparqlLead")), text,
    make("p", { className: "actions" },
      button(word("copy"), () => { text.select(); navigator.clipboard?.writeText(text.value).catch(() => document.execCommand("copy")); }),
      button(word("copyLink"), () => navigator.clipboard?.writeText(location.href).catch(() => {})),
      button(word("close"), () => box.close())),
  );
  box.showModal();
}
