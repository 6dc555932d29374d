// What is let through: classes by the legend, relations, a document, days and confidence by the panel of filters.
import { button, byId, className, first, grouped, make, percent, relationName, word } from "./text.js";
import { data, need } from "./data.js";
import { filtered, go, state } from "./state.js";

const set = (change) => go({ filters: { ...state.filters, ...change } });
const toggled = (list, one) => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one]);

/** The legend: a button a class, which also hides and shows it. */
export function showLegend() {
  const totals = first.tops.map((_, top) => first.groups.counts.reduce((sum, counts) => sum + counts[top], 0));
  const at = [...byId("legend").children].indexOf(document.activeElement);
  byId("legend").replaceChildren(...first.tops.map((top, i) => button(
    [make("span", { className: `dot ${top}`, "aria-hidden": "true" }), className(top), make("span", { className: "count" }, grouped(totals[i]))],
    () => set({ classes: toggled(state.filters.classes, top) }), { "aria-pressed": String(!state.filters.classes.includes(top)) },
  )));
  if (at >= 0) byId("legend").children[at]?.focus();
  byId("filter").setAttribute("aria-pressed", String(filtered(state.filters)));
}

const field = (name, input) => make("label", { className: "field" }, make("span", {}, word(name)), input);

function dateInput(name) {
  const input = make("input", { type: "date", value: state.filters[name], id: `filter-${name}` });
  input.addEventListener("change", () => set({ [name]: input.value }));
  return field(name, input);
}

function sureInput() {
  const output = make("output", {}, percent(state.filters.sure));
  const input = make("input", { type: "range", min: "0", max: "1", step: "0.05", value: String(state.filters.sure), id: "filter-sure" });
  input.addEventListener("input", () => { output.textContent = percent(input.value); });
  input.addEventListener("change", () => set({ sure: Number(input.value) }));
  return field("sure", make("span", {}, input, output));
}

function docInput() {
  const { key, title, id, date } = data.articles;
  const order = key.map((_, i) => i).sort((a, b) => (date[b] || "").localeCompare(date[a] || "") || a - b).slice(0, 2000);
  const input = make("select", { id: "filter-doc" }, make("option", { value: "" }, word("anyDocument")),
    ...order.map((i) => make("option", { value: key[i], selected: key[i] === state.filters.doc }, (title[i] || id[i]).slice(0, 60))));
  input.addEventListener("change", () => set({ doc: input.value }));
  return field("document", input);
}

/** Open or refresh the panel of filters. */
export async function showFilters() {
  const box = byId("filters");
  if (box.hidden) return;
  await need("things", "facts", "articles");
  const focused = /** @type {any} */ (document.activeElement)?.id;
  const relations = data.facts.relationNames.map((name) => {
    const box = make("input", { type: "checkbox", checked: !state.filters.relations.includes(name), id: `filter-rel-${name}` });
    box.addEventListener("change", () => set({ relations: toggled(state.filters.relations, name) }));
    return make("label", {}, box, relationName(name));
  });
  box.replaceChildren(
    make("h2", {}, word("filters")),
    make("fieldset", {}, make("legend", {}, word("relation")), ...relations),
    docInput(), dateInput("from"), dateInput("to"), sureInput(),
    make("p", { className: "actions" },
      button(word("resetFilters"), () => go({ filters: { classes: [], relations: [], doc: "", from: "", to: "", sure: 0 } }), { disabled: !filtered(state.filters) }),
      button(word("close"), toggleFilters)),
  );
  if (focused?.startsWith("filter-")) byId(focused)?.focus();
}

export function toggleFilters() {
  byId("filters").hidden = !byId("filters").hidden;
  byId("filter").setAttribute("aria-expanded", String(!byId("filters").hidden));
  if (byId("filters").hidden) byId("filter").focus();
  else showFilters().then(() => byId("filters").querySelector("input, select")?.focus());
}
