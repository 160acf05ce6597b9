// One step of an LSTM with one input and one unit: every letter is a number, as in lesson 3.
"use strict";

// The equations, in the order in which lesson 3 adds them.
const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const sum = ({ w, u, b }, x_t, h_before) => w * x_t + u * h_before + b;
const forgetGate = (weights, x_t, h_before) => sigmoid(sum(weights, x_t, h_before));
const inputGate = (weights, x_t, h_before) => sigmoid(sum(weights, x_t, h_before));
const candidate = (weights, x_t, h_before) => Math.tanh(sum(weights, x_t, h_before));
const cellState = (f, C_before, i, C_tilde) => f * C_before + i * C_tilde;
const outputGate = (weights, x_t, h_before) => sigmoid(sum(weights, x_t, h_before));
const hiddenState = (o, C) => o * Math.tanh(C);

// Values: x, h and C before, and wf, uf, bf, wi, … of the four layers.
function lstmStep(values) {
  const { x, h: h_before, C: C_before } = values;
  const f = forgetGate(weightsOf("f", values), x, h_before);
  const i = inputGate(weightsOf("i", values), x, h_before);
  const C_tilde = candidate(weightsOf("c", values), x, h_before);
  const C = cellState(f, C_before, i, C_tilde);
  const o = outputGate(weightsOf("o", values), x, h_before);
  return { f, i, c: C_tilde, C, o, h: hiddenState(o, C) };
}

function weightsOf(layer, values) {
  return { w: values[`w${layer}`], u: values[`u${layer}`], b: values[`b${layer}`] };
}

// Numbers as they stand in an equation: no more than three places, a factor below 0 in brackets.
const short = (number) => minus(Number(number.toFixed(3)));
const three = (number) => minus(number.toFixed(3)).replace(/^−(0\.000)$/, "$1");
const factor = (number) => (number < 0 ? `(${short(number)})` : short(number));
const factorOfThree = (number) => (number < 0 ? `(${three(number)})` : three(number));

// Each equation with its numbers: what stands between its letters and its result.
function withNumbers(values, { f, i, c, C, o }) {
  const { x, h, C: C_before } = values;
  const ofLayer = (activation, layer) => {
    const weights = weightsOf(layer, values);
    const { w, u, b } = weights;
    const bias = b < 0 ? `− ${short(-b)}` : `+ ${short(b)}`;
    const terms = `${factor(w)} · ${factor(x)} + ${factor(u)} · ${factor(h)} ${bias}`;
    return `${activation}(${terms}) = ${activation}(${short(sum(weights, x, h))})`;
  };
  return {
    f: ofLayer("σ", "f"),
    i: ofLayer("σ", "i"),
    c: ofLayer("tanh", "c"),
    C: `${three(f)} · ${factor(C_before)} + ${three(i)} · ${factorOfThree(c)}`,
    o: ofLayer("σ", "o"),
    h: `${three(o)} · tanh(${three(C)}) = ${three(o)} · ${factorOfThree(Math.tanh(C))}`,
  };
}

// The picture. Colours are those of utils/figures.py.
const GATES = { f: "#A8326E", i: "#2B1D7E", o: "#1E8E8E" };
const [WIDTH, ROW, BAR] = [300, 64, 20];

// As in lesson 3: a dashed outline for what arrives at a gate, a filled bar for what passes.
function drawBars(svg, values, { f, i, c, C, o, h }) {
  const [kept, stored, tanhC] = [f * values.C, i * c, Math.tanh(C)];
  const largest = Math.max(1, ...[values.C, kept, stored, C].map(Math.abs));
  const end = [1, 2, 5, 10, 20, 50, 100, 200].find((size) => largest <= size);
  const x = (value) => WIDTH / 2 + (value / end) * (WIDTH / 2 - 16);
  const rows = [
    { says: ["forget gate:", f, "·", values.C], arrives: values.C, passes: kept },
    { says: ["input gate:", i, "·", c], arrives: c, passes: stored },
    { says: ["cell state:", kept, "+", stored], arrives: 0, passes: C },
    { says: ["output gate:", o, "·", tanhC], arrives: tanhC, passes: h },
  ];
  const bars = [
    [0, 0, kept, GATES.f, BAR],
    [1, 0, stored, GATES.i, BAR],
    [2, 0, kept, GATES.f, BAR / 2],
    [2, kept, C, GATES.i, BAR / 2, BAR / 2],
    [3, 0, h, GATES.o, BAR],
  ];
  const bar = (top, from, to, height, look) => {
    const place = { x: Math.min(x(from), x(to)), width: Math.abs(x(to) - x(from)) };
    draw(svg, "rect", { ...place, y: top, height, ...look });
  };
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${4 * ROW + 24}`);
  const line = (at, look) => draw(svg, "line", { x1: x(at), x2: x(at), stroke: "black", ...look });
  rows.forEach(({ says, arrives, passes }, row) => {
    const words = says.map((part) => (typeof part === "number" ? factorOfThree(part) : part));
    draw(svg, "text", { x: 6, y: row * ROW + 20 }, `${words.join(" ")} = ${three(passes)}`);
    line(0, { y1: row * ROW + 27, y2: row * ROW + 33 + BAR });
    const outline = { fill: "none", stroke: "#555", "stroke-dasharray": "4 3" };
    if (arrives) bar(row * ROW + 30, 0, arrives, BAR, outline);
  });
  for (const [row, from, to, fill, height, lower = 0] of bars) {
    bar(row * ROW + 30 + lower, from, to, height, { fill });
  }
  line(C, { y1: 2 * ROW + 27, y2: 2 * ROW + 33 + BAR, "stroke-width": 3 });
  for (const mark of [-end, 0, end]) {
    draw(svg, "text", { x: x(mark), y: 4 * ROW + 14, "text-anchor": "middle" }, minus(mark));
  }
}

function show(root, values) {
  const results = lstmStep(values);
  const numbers = withNumbers(values, results);
  for (const [name, value] of Object.entries(results)) {
    root.querySelector(`[data-numbers="${name}"]`).textContent = numbers[name];
    const place = root.querySelector(`data[data-result="${name}"]`);
    place.value = value;
    place.textContent = three(value);
  }
  drawBars(root.querySelector("svg"), values, results);
  const { f, i, c, C, o, h } = Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, three(value)]),
  );
  sayWhenStill(
    root.querySelector("[data-said]"),
    `Forget gate ${f}, input gate ${i}, candidate ${c}, cell state ${C}, output gate ${o}, ` +
      `hidden state ${h}.`,
  );
}

function start(root) {
  const fields = [...root.querySelectorAll("input")];
  const field = (name) => fields.find((one) => one.name === name);
  root.hidden = false;
  const read = followNumbers(fields, root.querySelector("[data-notice]"), (values) =>
    show(root, values),
  );
  root.querySelector("[data-next]").addEventListener("click", () => {
    for (const name of ["h", "C"]) {
      const { value } = root.querySelector(`data[data-result="${name}"]`);
      field(name).value = minus(Number(Number(value).toFixed(4)));
    }
    read();
    field("x").select();
  });
  root.querySelector("[data-back]").addEventListener("click", () => {
    for (const one of fields) one.value = one.defaultValue;
    read();
  });
}

start(document.querySelector("#live-gates"));
