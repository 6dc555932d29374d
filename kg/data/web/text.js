"use strict";
// The data, the words of the two languages, and the only ways in which this page makes text: as text nodes.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

let language = (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";

/** A phrase of the page in the reader's language, with its {gaps} filled. */
function word(name, gaps = {}) {
  return data.words.ui[name][language].replace(/\{(\w+)\}/g, (_, gap) => String(gaps[gap]));
}

/** "PartyCommittee" → "Party committee". */
const spaced = (name) => name.replace(/([a-z])([A-Z])/g, (_, a, b) => a + " " + b.toLowerCase());

const className = (name) => (data.words.classes[name] || {})[language] || spaced(name);

/** How a relation reads from its subject ("out") or from its object ("in"). */
function relationName(name, direction) {
  const known = data.words.relations[name]?.[direction]?.[language];
  return known || (direction === "in" ? "← " : "") + spaced(name);
}

/** 25083.5 → 25,083.5 without rounding: the value is the text that the store holds. */
const grouped = (value) => value.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

const percent = (value) => `${Math.round(Number(value) * 100)}%`;

/** An element with properties (data-*, aria-* and role as attributes) and children; strings become text nodes. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (/^(data|aria)-|^role$/.test(name)) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A name from a document: kept to its own direction, so that its marks turn nothing around it. */
const named = (text) => make("bdi", {}, text);

/** The sentence with every one of `names` in <mark>; the longest name wins where two begin together. */
function marked(sentence, names) {
  const wanted = [...new Set(names)].filter((name) => name.length > 1 && name.length <= 100);
  if (!wanted.length) return [sentence];
  wanted.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${wanted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "u");
  return sentence.split(pattern).map((piece, i) => (i % 2 ? make("mark", {}, piece) : piece));
}

/** Put the words of the chosen language into everything that carries data-word. */
function speak() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  byId("search").placeholder = word("search");
  for (const [id, name] of [["search", "search"], ["results", "results"], ["legend", "legend"], ["panel", "panel"], ["close", "close"]]) {
    byId(id).setAttribute("aria-label", word(name));
  }
}
