"use strict";
// The query page: an editor, the ready-made questions, and the answer as a table. Everything that an answer holds goes
// into the page as text.

const byId = (id) => document.getElementById(id);
let number = 0;

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

/** The page of an IRI on this server. */
function local(iri) {
  return "/resource?iri=" + encodeURIComponent(iri);
}

function cell(term, row) {
  const made = element("td", "", row);
  if (!term) return;
  if (term.type === "uri") {
    const link = element("a", term.value, made);
    link.href = local(term.value);
  } else made.textContent = term.value;
}

function show(type, body) {
  const answer = byId("answer");
  answer.replaceChildren();
  if (!type.startsWith("application/sparql-results+json")) {
    element("pre", body, answer);
    return "";
  }
  const found = JSON.parse(body);
  if ("boolean" in found) {
    element("p", found.boolean ? "是 yes" : "否 no", answer);
    return "";
  }
  const table = element("table", "", answer);
  const head = element("tr", "", element("thead", "", table));
  for (const name of found.head.vars) element("th", name, head);
  const rows = element("tbody", "", table);
  for (const binding of found.results.bindings) {
    const row = element("tr", "", rows);
    for (const name of found.head.vars) cell(binding[name], row);
  }
  return `${found.results.bindings.length} 行 rows`;
}

async function run(editor) {
  const mine = ++number;
  byId("status").textContent = "……";
  const accept = "application/sparql-results+json, text/turtle;q=0.9";
  let response, body;
  try {
    response = await fetch("/sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: accept },
      body: editor.getValue(),
    });
    body = await response.text();
  } catch (error) {
    response = { ok: false };
    body = "没有应答 no answer";
  }
  if (mine !== number) return; // a later run has the page
  byId("status").textContent = "";
  if (!response.ok) {
    byId("answer").replaceChildren();
    element("p", body, byId("answer")).className = "error";
    return;
  }
  byId("status").textContent = show(response.headers.get("Content-Type"), body);
}

async function begin() {
  const { questions } = await (await fetch("/questions.json")).json();
  // The editor's other helpers ask servers elsewhere; its options are merged, so the list has to go before.
  window.Yasqe.defaults.autocompleters = ["variables"];
  const editor = new window.Yasqe(byId("editor"), {
    persistenceId: null,
    showQueryButton: false,
    createShareableLink: null,
    resizeable: true,
    requestConfig: { endpoint: "/sparql" },
  });
  const choose = () => {
    editor.setValue(questions.find((question) => question.name === byId("questions").value).sparql);
    run(editor);
  };
  byId("questions").addEventListener("change", choose);
  byId("run").addEventListener("click", () => run(editor));
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), "Ctrl-Enter": () => run(editor) });
  choose();
}

begin();
