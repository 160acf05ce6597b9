// A visitor's review, read word by word by the networks of lesson 4. Their weights, in Keras' own
// layout, are those of live_lstm_weights.js, which sets LIVE_LSTM.
"use strict";

// The cells. One unit at one step: `a` has the sums that its parts squash, `before` what the unit
// was a step earlier, and `held` the gates that are held at a value.
const sigmoid = (sum) => 1 / (1 + Math.exp(-sum));

const CELLS = {
  LSTM: {
    blocks: ["input", "forget", "candidate", "output"],
    step(a, before, held) {
      const i = held.input ?? sigmoid(a.input.sum);
      const f = held.forget ?? sigmoid(a.forget.sum);
      const o = held.output ?? sigmoid(a.output.sum);
      const candidate = Math.tanh(a.candidate.sum);
      const C = f * before.cell + i * candidate;
      const h = o * Math.tanh(C);
      return { input: i, forget: f, candidate, output: o, cell: C, hidden: h };
    },
  },
  SimpleRNN: {
    blocks: ["hidden"],
    step(a) {
      const h = Math.tanh(a.hidden.sum);
      return { hidden: h };
    },
  },
  GRU: {
    blocks: ["update", "reset", "candidate"],
    step(a, before, held) {
      const z = held.update ?? sigmoid(a.update.sum);
      const r = held.reset ?? sigmoid(a.reset.sum);
      const candidate = Math.tanh(a.candidate.word + a.candidate.bias + r * a.candidate.state);
      const h = z * before.hidden + (1 - z) * candidate;
      return { update: z, reset: r, candidate, hidden: h };
    },
  },
};

// a = x W + h U + b of one unit, for each block of columns.
function sums(network, blocks, x, h, unit) {
  const { kernel, recurrent, bias } = network;
  return Object.fromEntries(blocks.map((block, k) => {
    const column = k * h.length + unit;
    const word = times(x, kernel, column);
    const state = times(h, recurrent, column) + bias[1][column];
    return [block, { word, state, bias: bias[0][column], sum: word + state + bias[0][column] }];
  }));
}

const times = (vector, rows, column) => vector.reduce((sum, v, n) => sum + v * rows[n][column], 0);

// All steps of a review: what each unit was, and the probability that the review is positive.
// held(t): {gate: value} at step t.
function read(kind, ids, held = () => ({})) {
  const network = NETWORKS[kind], cell = CELLS[kind];
  let units = network.answer.map(() => ({ cell: 0, hidden: 0 }));
  return ids.map((id, t) => {
    const x = network.embedding[id], h = units.map((unit) => unit.hidden), now = held(t);
    units = units.map((before, unit) => {
      const a = sums(network, cell.blocks, x, h, unit);
      return { a, before, ...cell.step(a, before, now) };
    });
    const sum = times(units.map((unit) => unit.hidden), network.answer, 0) + network.answer_bias;
    return { units, sum, probability: sigmoid(sum) };
  });
}

// As Keras' TextVectorization: letters of ASCII in lower case, its punctuation away.
const standard = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  .replace(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g, "");
const split = (text) => text.split(/[ \t\n\v\f\r]+/).filter(standard);
const idOf = (word) => IDS.get(standard(word)) ?? 1; // 1: [UNK], a word that is not known

// The weights, as rows of numbers.
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

function rows({ shape, float32 }) {
  const numbers = Array.from(new Float32Array(bytes(float32).buffer)), width = shape[1] ?? 1;
  return Array.from({ length: shape[0] }, (_, n) => numbers.slice(n * width, (n + 1) * width));
}

const IDS = new Map(LIVE_LSTM.words.map((word, id) => [word, id]));
const NETWORKS = Object.fromEntries(Object.entries(LIVE_LSTM.networks).map(([kind, arrays]) =>
  [kind, Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, rows(array)]))]));

// What the page says. The GRU's gates have the colours of the LSTM's that do the same work.
const PARTS = {
  input: { name: "input gate", letter: "i<sub>t</sub>", gate: "input" },
  forget: { name: "forget gate", letter: "f<sub>t</sub>", gate: "forget" },
  output: { name: "output gate", letter: "o<sub>t</sub>", gate: "output" },
  update: { name: "update gate", letter: "z<sub>t</sub>", gate: "forget" },
  reset: { name: "reset gate", letter: "r<sub>t</sub>", gate: "output" },
  candidate: { name: "candidate", letter: "C̃<sub>t</sub>", gate: "candidate" },
  cell: { name: "cell state", letter: "C<sub>t</sub>" },
  hidden: { name: "hidden state", letter: "h<sub>t</sub>" },
};
const MAPS = {
  LSTM: ["forget", "input", "candidate", "output", "cell", "hidden"],
  SimpleRNN: ["hidden"],
  GRU: ["update", "reset", "candidate", "hidden"],
};
const isGate = (part) => part !== "candidate" && "gate" in PARTS[part];
const PLOT = "A nurse finds a letter near the castle. The widow and the captain travel to a village.";
const LONG = `${PLOT} The pilot writes to a clerk about the photograph. `
  + "The ledger belongs to a sailor from the island.";
const EXAMPLES = [
  `My sister found this film awful. ${PLOT} I disagree. Fine music but dull acting.`,
  `My sister found this film awful. ${PLOT} I agree. Fine music but dull acting.`,
  `My sister found this film superb. ${PLOT} I disagree. Fine music but dull acting.`,
  `My sister found this film awful. ${LONG} I disagree. Fine music but dull acting.`,
  "I found this film wonderful. A sailor hides the map under a boat. Weak ending but good camera.",
  "My sister found this film unbearable. I disagree.",
];
const ROWS = { gate: bytes(LIVE_LSTM.maps.gate), state: bytes(LIVE_LSTM.maps.state) };
const PACE = 550; // ms a word

// What the visitor has chosen: `seen` words are read, and unit `unit` is opened at word `at`.
const chosen = { kind: "LSTM", words: [], seen: 1, at: 0, unit: 0, timer: null };
let now = [], trained = []; // the steps as they are, and without a gate held
const $ = (id) => document.getElementById(id);
const number = (value, digits = 3) => {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) ? "−" : "") + text;
};
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// The units from the one that speaks most for a good review to the one that speaks most against.
const order = () => NETWORKS[chosen.kind].answer.map(([weight], unit) => ({ weight, unit }))
  .sort((one, other) => other.weight - one.weight).map(({ unit }) => unit);

function compute() {
  const ids = chosen.words.map(idOf), [gate, value] = $("hold").value.split(" ");
  const here = (t) => $("where").value === "all" || t === chosen.at;
  chosen.seen = clamp(chosen.seen, Math.min(1, ids.length), ids.length);
  chosen.at = clamp(chosen.at, 0, Math.max(0, chosen.seen - 1));
  trained = read(chosen.kind, ids);
  now = gate ? read(chosen.kind, ids, (t) => (here(t) ? { [gate]: Number(value) } : {})) : trained;
}

function draw() {
  compute();
  const empty = !now.length;
  $("reading").hidden = $("opened").hidden = empty;
  if (!empty) {
    drawWords();
    drawProbability();
    MAPS[chosen.kind].forEach(drawMap);
    drawUnit();
    drawTable();
  }
  drawControls();
  window.makeReachable?.();
}

function drawControls() {
  const { words, seen, at } = chosen, end = seen === words.length;
  const unknown = words.filter((word) => idOf(word) === 1).map(standard);
  $("unknown").textContent = unknown.length
    ? `Not in the vocabulary, and so read as [UNK]: ${[...new Set(unknown)].join(", ")}.` : "";
  $("seen").max = words.length;
  $("seen").min = Math.min(1, words.length);
  $("seen").value = seen;
  $("seen").setAttribute("aria-valuetext", `${seen} of ${words.length} words`);
  $("count").textContent = `${seen} of ${words.length}`;
  $("play").textContent = chosen.timer ? "Pause" : end ? "Read again" : "Play";
  $("forward").disabled = end;
  $("back").disabled = seen <= 1;
  if (document.activeElement !== $("word")) {
    $("word").value = words.length ? standard(words[at]) : "";
  }
  $("left").disabled = $("first").disabled = at === 0;
  $("right").disabled = $("last").disabled = at >= words.length - 1;
  $("where").disabled = !$("hold").value;
  $("said").setAttribute("aria-live", chosen.timer ? "off" : "polite");
  $("said").innerHTML = words.length ? said() : "Type a review, or choose an example.";
}

function said() {
  const { probability } = now[chosen.seen - 1], end = chosen.seen === chosen.words.length;
  const without = $("hold").value
    ? ` (as trained: ${number(trained[chosen.seen - 1].probability, 2)})` : "";
  return `${end ? "After the last word" : `After ${chosen.seen} words`}, the ${chosen.kind} says: `
    + `positive with probability <strong>${number(probability, 2)}</strong>${without}.`;
}

// Words, line and maps have a column for each word, all of the same width.
function build() {
  const legend = (part) => {
    const stops = Array.from({ length: 9 }, (_, n) => colour(isGate(part), n * 255 / 8));
    return `<span class="legend"><span data-low></span>`
      + `<i style="background: linear-gradient(90deg, ${stops})"></i><span data-high></span></span>`;
  };
  $("maps").innerHTML = MAPS[chosen.kind].map((part) => `<div class="row map" id="map-${part}">
    <div>${pill(part)} <var>${letter(part)}</var>${legend(part)}</div>
    <div class="plot"><canvas role="img"></canvas><i class="at"></i><i class="unit"></i></div>
    </div>`).join("");
  const gates = MAPS[chosen.kind].filter(isGate);
  $("hold").innerHTML = `<option value="">none</option>` + gates.map((gate) =>
    `<option value="${gate} 1">${PARTS[gate].name} open, at 1</option>`
    + `<option value="${gate} 0">${PARTS[gate].name} shut, at 0</option>`).join("");
  $("hold").disabled = !gates.length;
}

const letter = (part) =>
  (chosen.kind === "GRU" && part === "candidate" ? "ĥ<sub>t</sub>" : PARTS[part].letter);
const colour = (gate, shade) =>
  `rgb(${ROWS[gate ? "gate" : "state"].slice(Math.round(shade) * 3, Math.round(shade) * 3 + 3)})`;

function pill(part) {
  const { name, gate } = PARTS[part];
  return `<span class="pill ${gate ?? "state"}" style="--part: ${LIVE_LSTM.gates[gate] ?? ""}">`
    + `${name}</span>`;
}

function drawWords() {
  $("reading").style.setProperty("--words", chosen.words.length);
  $("reading").style.setProperty("--at", chosen.at);
  $("reading").style.setProperty("--row", order().indexOf(chosen.unit));
  $("words").replaceChildren(...chosen.words.map((word, t) => {
    const item = document.createElement("li");
    item.textContent = standard(word);
    item.draggable = true;
    item.dataset.at = t;
    item.className = [idOf(word) === 1 && "unknown", t >= chosen.seen && "unread",
      t === chosen.at && "chosen"].filter(Boolean).join(" ");
    return item;
  }));
}

function drawProbability() {
  const line = (steps) => steps.slice(0, chosen.seen)
    .map(({ probability }, t) => `${t + 0.5},${1 - probability}`).join(" ");
  const dots = now.slice(0, chosen.seen).map(({ probability }, t) =>
    `<path class="dot" d="M${t + 0.5} ${1 - probability}h0"/>`).join("");
  $("line").setAttribute("viewBox", `0 -0.06 ${chosen.words.length} 1.12`);
  $("line").setAttribute("aria-label", "The probability after each word that was read: "
    + now.slice(0, chosen.seen).map(({ probability }) => number(probability, 2)).join(", "));
  $("line").style.setProperty("--model", LIVE_LSTM.models[chosen.kind]);
  $("line").innerHTML = `<path class="half" d="M0 .5H${chosen.words.length}"/>`
    + ($("hold").value ? `<polyline class="trained" points="${line(trained)}"/>` : "")
    + `<polyline points="${line(now)}"/>${dots}`;
}

// One pixel for each unit and word, which the style sheet makes larger.
function drawMap(part) {
  const units = order(), T = chosen.words.length, gate = isGate(part);
  const most = part === "cell"
    ? Math.max(1, ...now.flatMap((step) => step.units.map((unit) => Math.abs(unit.cell)))) : 1;
  const canvas = $(`map-${part}`).querySelector("canvas");
  [canvas.width, canvas.height] = [T, units.length];
  const picture = new ImageData(T, units.length);
  now.slice(0, chosen.seen).forEach((step, t) => units.forEach((unit, row) => {
    const value = step.units[unit][part];
    const shade = Math.round(255 * (gate ? value : (value / most + 1) / 2));
    const rgb = ROWS[gate ? "gate" : "state"].subarray(3 * shade, 3 * shade + 3);
    picture.data.set([...rgb, 255], 4 * (row * T + t));
  }));
  canvas.getContext("2d").putImageData(picture, 0, 0);
  const values = now[chosen.at].units.map((unit) => unit[part]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  canvas.setAttribute("aria-label", `${PARTS[part].name}: ${values.length} units at ${T} words. `
    + `At “${standard(chosen.words[chosen.at])}” from ${number(Math.min(...values), 2)} to `
    + `${number(Math.max(...values), 2)}, mean ${number(mean, 2)}.`);
  const [low, high] = $(`map-${part}`).querySelectorAll(".legend span");
  low.textContent = gate ? "0" : number(-most, most === 1 ? 0 : 1);
  high.textContent = number(most, most === 1 ? 0 : 1);
}

// The opened unit: its sums as a table, and below it the cell's equations with the numbers.
const EQUATIONS = {
  LSTM: ({ forget, input, candidate, output, cell, hidden, before }) => [
    ["C<sub>t</sub> = f<sub>t</sub> C<sub>t−1</sub> + i<sub>t</sub> C̃<sub>t</sub>",
      `${n(forget)} · ${n(before.cell)} + ${n(input)} · ${n(candidate)}`,
      `${n(forget * before.cell)} + ${n(input * candidate)}`, n(cell)],
    ["h<sub>t</sub> = o<sub>t</sub> tanh(C<sub>t</sub>)",
      `${n(output)} · tanh(${number(cell)})`, `${n(output)} · ${n(Math.tanh(cell))}`, n(hidden)],
  ],
  SimpleRNN: () => [],
  GRU: ({ update, candidate, hidden, before }) => [
    ["h<sub>t</sub> = z<sub>t</sub> h<sub>t−1</sub> + (1 − z<sub>t</sub>) ĥ<sub>t</sub>",
      `${n(update)} · ${n(before.hidden)} + ${n(1 - update)} · ${n(candidate)}`,
      `${n(update * before.hidden)} + ${n((1 - update) * candidate)}`, n(hidden)],
  ],
};
const n = (value) => (value < 0 ? `(${number(value)})` : number(value));

function drawUnit() {
  const step = now[chosen.at], unit = step.units[chosen.unit], held = $("hold").value.split(" ")[0];
  const isHeld = (part) => part === held && ($("where").value === "all" || chosen.seen);
  const weight = NETWORKS[chosen.kind].answer[chosen.unit][0];
  $("unit").value = chosen.unit;
  $("at").textContent = `at “${standard(chosen.words[chosen.at])}”, word ${chosen.at + 1}`;
  $("sums").innerHTML = MAPS[chosen.kind].filter((part) => part in unit.a).map((part) => {
    const { word, state, bias, sum } = unit.a[part], reset = part === "candidate" && "reset" in unit;
    const total = reset ? word + bias + unit.reset * state : sum;
    const from = `<th scope="row">${pill(part)} <var>${letter(part)}</var></th>`;
    const squash = isGate(part) ? "σ" : "tanh";
    return `<tr>${from}<td>${number(word)}</td><td>${reset ? `${n(unit.reset)} · ` : ""}`
      + `${reset ? n(state) : number(state)}</td><td>${number(bias)}</td><td>${number(total)}</td>`
      + `<td>${isHeld(part) ? "held at" : squash} <strong>${number(unit[part])}</strong></td></tr>`;
  }).join("");
  $("equations").innerHTML = EQUATIONS[chosen.kind](unit).map(([left, ...lines]) =>
    `<p><var>${left}</var>${lines.map((line, place) => `<br>= ${place === lines.length - 1
      ? `<strong>${line}</strong>` : line}`).join("")}</p>`).join("")
    + `<p>To the answer it adds <var>w h<sub>t</sub></var> = ${n(weight)} · ${n(unit.hidden)} = `
    + `<strong>${number(weight * unit.hidden)}</strong>. All units and the bias add up to `
    + `${number(step.sum)}, and <var>σ</var>(${number(step.sum)}) = ${number(step.probability)}.</p>`;
}

// The maps at the chosen word in numbers, once somebody unfolds them.
function drawTable() {
  if (!$("numbers").open) {
    return;
  }
  const parts = MAPS[chosen.kind], cells = (values, tag) => values.map((v) => `<${tag}>${v}</td>`);
  $("numbers").querySelector("table").innerHTML =
    `<caption>At “${standard(chosen.words[chosen.at])}”, word ${chosen.at + 1}</caption>`
    + `<thead><tr>${["unit", ...parts.map((part) => PARTS[part].name)].map((name) =>
      `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>`
    + order().map((unit) => `<tr><th scope="row">${unit}</th>${cells(parts.map((part) =>
      number(now[chosen.at].units[unit][part])), "td").join("")}</tr>`).join("") + "</tbody>";
}

// What a visitor does.
function play() {
  if (chosen.timer) {
    chosen.timer = clearInterval(chosen.timer);
  } else {
    chosen.seen = chosen.seen < chosen.words.length ? chosen.seen : 0;
    chosen.timer = setInterval(() => {
      readTo(chosen.seen + 1);
      if (chosen.seen >= chosen.words.length) {
        play();
      }
    }, PACE);
    readTo(chosen.seen + 1);
  }
  draw();
}

function readTo(seen) {
  Object.assign(chosen, { seen, at: seen - 1 });
  draw();
}

function openAt(at, unit = chosen.unit) {
  Object.assign(chosen, { at, unit });
  draw();
}

// The review is now these words; all of them are read if all were read before.
function setWords(words, at = chosen.at) {
  const all = chosen.seen >= chosen.words.length;
  Object.assign(chosen, { words, at, seen: all ? words.length : chosen.seen });
  draw();
}

function rewrite(words, at) {
  $("review").value = words.join(" ");
  setWords(words, at);
}

function move(from, to) {
  rewrite(chosen.words.toSpliced(from, 1).toSpliced(to, 0, chosen.words[from]), to);
}

function changeWord() {
  const words = split($("word").value);
  if (words.length) {
    rewrite(chosen.words.toSpliced(chosen.at, 1, ...words), chosen.at);
  }
}

function choose() {
  chosen.kind = document.querySelector("[name=kind]:checked").value;
  chosen.unit = order()[0];
  build();
  draw();
}

function key(event) {
  const row = order().indexOf(chosen.unit), units = order();
  const [by, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
    event.key] ?? [0, 0];
  if (by || down) {
    event.preventDefault();
    openAt(chosen.at + by, units[clamp(row + down, 0, units.length - 1)]);
  }
}

function click(event) {
  const plot = event.target.closest(".plot");
  if (plot) {
    const { left, top, width, height } = plot.getBoundingClientRect(), units = order();
    const share = clamp((event.clientY - top) / height, 0, 0.999);
    const unit = plot.closest(".map") ? units[Math.floor(share * units.length)] : chosen.unit;
    openAt(Math.floor((event.clientX - left) / width * chosen.words.length), unit);
  }
}

function start() {
  const on = (id, event, does) => $(id).addEventListener(event, does);
  const known = LIVE_LSTM.words.slice(2).sort();
  $("known").innerHTML = known.map((word) => `<option value="${word}">`).join("");
  $("vocabulary").textContent = known.join(", ");
  $("example").innerHTML = EXAMPLES.map((text) => `<option>${text}</option>`).join("");
  document.querySelectorAll("[name=kind]").forEach((one) => one.addEventListener("change", choose));
  on("example", "change", () => rewrite(split($("example").value), 0));
  on("review", "input", () => setWords(split($("review").value)));
  on("play", "click", play);
  on("back", "click", () => readTo(chosen.seen - 1));
  on("forward", "click", () => readTo(chosen.seen + 1));
  on("seen", "input", () => readTo(Number($("seen").value)));
  on("word", "input", changeWord);
  on("word", "blur", draw);
  on("left", "click", () => move(chosen.at, chosen.at - 1));
  on("right", "click", () => move(chosen.at, chosen.at + 1));
  on("hold", "change", draw);
  on("where", "change", draw);
  on("unit", "input", () => openAt(chosen.at, clamp(Math.floor($("unit").value), 0, order().length - 1)));
  on("reading", "keydown", key);
  on("reading", "click", click);
  on("words", "dragstart", (event) => event.dataTransfer.setData("text/plain", event.target.dataset.at));
  on("words", "dragover", (event) => event.preventDefault());
  on("words", "drop", (event) => {
    event.preventDefault();
    if (event.target.dataset.at) {
      move(Number(event.dataTransfer.getData("text/plain")), Number(event.target.dataset.at));
    }
  });
  on("numbers", "toggle", drawTable);
  $("live-lstm").hidden = false;
  choose();
  $("example").dispatchEvent(new Event("change"));
  readTo(chosen.words.length);
}

start();
