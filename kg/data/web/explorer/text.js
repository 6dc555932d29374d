// Words in the chosen language, and elements made of text: nothing in a document's text is ever markup.

/** @typedef {{zh: string, en: string}} Phrase */

export const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
export const first = JSON.parse(byId("data").textContent);
const own = navigator.languages?.find((tag) => /^(zh|en)/.test(tag)) || "zh";
let language = own.startsWith("en") ? "en" : "zh";
export const speaking = () => language;
export function speakOther() {
  language = language === "zh" ? "en" : "zh";
}

/** A phrase of words.json with its {gaps} filled. */
export function word(name, gaps = {}) {
  const phrase = first.words.ui[name];
  return (phrase ? phrase[language] : name).replace(/\{(\w+)\}/g, (_, gap) => String(gaps[gap]));
}

/** "PartyCommittee" → "Party committee". */
const spaced = (name) => name.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
export const className = (name) => first.words.classes[name]?.[language] || spaced(name);

/** How a relation reads from its subject ("out") or from its object ("in"). */
export function relationName(name, direction = "out") {
  const known = first.words.relations[name]?.[direction]?.[language];
  return known || (direction === "in" ? "← " : "") + spaced(name);
}

/** 25083.5 → 25,083.5 without rounding: the value is the text that the store holds. */
export const grouped = (value) => String(value).replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
export const percent = (value) => `${Math.round(Number(value) * 100)}%`;

/** An element with properties (data-*, aria-* and role as attributes) and children; strings become text nodes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (/^(data|aria)-|^role$|^scope$/.test(name)) element.setAttribute(name, value);
    else if (name === "onclick") element.addEventListener("click", value);
    else element[name] = value;
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element of an SVG drawing. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export const button = (text, onclick, properties = {}) => make("button", { type: "button", onclick, ...properties }, text);

/** A name from a document: kept to its own direction, so that its marks turn nothing around it. */
export const named = (text) => make("bdi", {}, text);

/** A name short enough for the map; marks that steer direction or line go, since they reach beyond the name. */
export function short(name, length = 18) {
  const plain = Array.from(name.slice(0, 4 * length).replace(/[\p{C}\u2028\u2029]/gu, " ").replace(/\s+/gu, " ").trim());
  return plain.length > length ? `${plain.slice(0, length - 1).join("")}…` : plain.join("");
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The text cut where one of `names` stands: every second piece is a name; the longest wins where two begin together. */
export function cut(text, names) {
  const wanted = [...new Set(names)].filter((name) => name.length > 1 && name.length <= 100);
  if (!wanted.length) return [text];
  wanted.sort((a, b) => b.length - a.length);
  return text.split(new RegExp(`(${wanted.map(escaped).join("|")})`, "u"));
}

/** The sentence with every one of `names` in <mark>; a name that begins inside one of `others` is none. */
export function marked(sentence, names, others) {
  const wanted = new Set(names);
  return cut(sentence, [...names, ...others]).map((piece, i) => (i % 2 && wanted.has(piece) ? make("mark", {}, piece) : piece));
}

const NUMBER = /([0-9][0-9,]*(?:\.[0-9]+)?)([百千万亿]*)[余多]?/gu;
const SCALE = { 百: 100, 千: 1000, 万: 1e4, 亿: 1e8 };

/** The words that tell an amount in a sentence: 3.2万余户 for 32000 户. */
export function amountsIn(sentence, value, unit) {
  const amount = Number(value);
  return [...sentence.matchAll(NUMBER)].flatMap((found) => {
    const told = [...found[2]].reduce((sum, sign) => sum * SCALE[sign], Number(found[1].replaceAll(",", "")));
    if (Math.abs(told - amount) > 1e-9 * Math.abs(amount)) return [];
    return [found[0] + (sentence.startsWith(unit, found.index + found[0].length) ? unit : "")];
  });
}

/** Put the words of the chosen language into everything that carries data-word or data-label. */
export function speak() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = word(/** @type {any} */ (one).dataset.word);
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", word(/** @type {any} */ (one).dataset.label));
  byId("search").placeholder = word("search");
}
