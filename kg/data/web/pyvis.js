"use strict";
// pyvis' picture without pyvis' page: names are drawn on a canvas, so that none is ever markup.
const { nodes, edges, options } = JSON.parse(document.getElementById("data").textContent);
const picture = new vis.Network(document.getElementById("picture"), { nodes, edges }, options);
picture.fit({ animation: false });
