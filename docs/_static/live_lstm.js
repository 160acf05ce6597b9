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
    step: (a) => ({ hidden: Math.tanh(a.hidden.sum) }),
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
    const sum = times(units.map((unit) => unit.hidden), network.answer, 0)
      + network.answer_bias[0][0];
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
  input: { name: "input gate", letter: "i", colour: "input" },
  forget: { name: "forget gate", letter: "f", colour: "forget" },
  output: { name: "output gate", letter: "o", colour: "output" },
  update: { name: "update gate", letter: "z", colour: "forget" },
  reset: { name: "reset gate", letter: "r", colour: "output" },
  candidate: { name: "candidate", letter: "C̃", colour: "candidate" },
  cell: { name: "cell state", letter: "C" },
  hidden: { name: "hidden state", letter: "h" },
};
const MAPS = {
  LSTM: ["forget", "input", "candidate", "output", "cell", "hidden"],
  SimpleRNN: ["hidden"],
  GRU: ["update", "reset", "candidate", "hidden"],
};
const isGate = (part) => PARTS[part].name.endsWith("gate");
const COLOURS = { gate: bytes(LIVE_LSTM.maps.gate), state: bytes(LIVE_LSTM.maps.state) };
const PACE = 550; // ms a word

// What the visitor has chosen: `seen` words are read, and unit `unit` is opened at word `at`.
const chosen = { kind: "LSTM", words: [], seen: 1, at: 0, unit: 0, timer: null };
let now = [], trained = []; // the steps as they are, and without a gate held
const $ = (id) => document.getElementById(id);
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const number = (value, digits = 3) => {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) ? "−" : "") + text;
};
const factor = (value) => (number(value)[0] === "−" ? `(${number(value)})` : number(value));
const all = (items, html) => items.map(html).join("");

// The units from the one that speaks most for a good review to the one that speaks most against.
const order = () => NETWORKS[chosen.kind].answer.map(([weight], unit) => ({ weight, unit }))
  .sort((one, other) => other.weight - one.weight).map(({ unit }) => unit);

// Choose something else; everything follows.
function show(choice) {
  Object.assign(chosen, choice);
  const ids = chosen.words.map(idOf), [gate, value] = $("hold").value.split(" ");
  const here = (t) => $("where").value === "all" || t === chosen.at;
  chosen.seen = clamp(chosen.seen, Math.min(1, ids.length), ids.length);
  chosen.at = clamp(chosen.at, 0, Math.max(0, chosen.seen - 1));
  trained = read(chosen.kind, ids);
  now = gate ? read(chosen.kind, ids, (t) => (here(t) ? { [gate]: Number(value) } : {})) : trained;
  $("reading").hidden = $("opened").hidden = $("numbers").hidden = !ids.length;
  if (ids.length) {
    [drawWords, drawProbability, drawUnit, drawTable].forEach((draw) => draw());
    MAPS[chosen.kind].forEach(drawMap);
  }
  drawControls();
  window.makeReachable?.();
}

function drawControls() {
  const { words, seen, at, timer } = chosen, end = seen === words.length;
  const unknown = words.filter((word) => idOf(word) === 1).map(standard);
  $("unknown").textContent = unknown.length
    ? `Not in the vocabulary, and so read as [UNK]: ${[...new Set(unknown)].join(", ")}.` : "";
  Object.assign($("seen"), { min: Math.min(1, words.length), max: words.length, value: seen });
  $("count").textContent = `${seen} of ${words.length}`;
  $("play").textContent = timer ? "Pause" : end ? "Read again" : "Play";
  $("forward").disabled = end;
  $("back").disabled = seen <= 1;
  $("left").disabled = at === 0;
  $("right").disabled = at >= words.length - 1;
  $("where").disabled = !$("hold").value;
  if (document.activeElement !== $("word")) {
    $("word").value = standard(words[at] ?? "");
  }
  $("said").setAttribute("aria-live", timer ? "off" : "polite");
  const p = (steps) => number(steps[seen - 1].probability, 2);
  $("said").innerHTML = !words.length ? "Type a review, or choose an example."
    : `After ${end ? "the last word" : `${seen} of ${words.length} words`}, the ${chosen.kind} `
    + `says: positive with probability <strong>${p(now)}</strong>`
    + `${$("hold").value ? ` (with all gates as trained ${p(trained)})` : ""}.`;
}

// Words, line and maps have a column for each word, all of the same width.
function build() {
  const parts = MAPS[chosen.kind], gates = parts.filter(isGate);
  const bar = (part) => Array.from({ length: 9 }, (_, n) => `rgb(${shade(part, n * 255 / 8)})`);
  $("maps").innerHTML = all(parts, (part) => `<div class="strip map" id="map-${part}">
    <div>${pill(part, PARTS[part].name)}<span class="legend"><span></span>
    <i style="background: linear-gradient(90deg, ${bar(part)})"></i><span></span></span></div>
    <div class="plot"><canvas role="img"></canvas><i class="at"></i><i class="unit"></i></div>
    </div>`);
  $("reading").style.setProperty("--maps", parts.length);
  $("hold").innerHTML = "<option value=''>none</option>" + all(gates, (gate) =>
    `<option value="${gate} 1">${PARTS[gate].name} open, at 1</option>
    <option value="${gate} 0">${PARTS[gate].name} shut, at 0</option>`);
  $("hold").disabled = !gates.length;
}

// The colour, red, green and blue, of a value scaled to 0 to 255.
function shade(part, value) {
  const start = 3 * Math.round(value);
  return COLOURS[isGate(part) ? "gate" : "state"].subarray(start, start + 3);
}

function pill(part, text) {
  const { colour, letter } = PARTS[part], own = chosen.kind === "GRU" && part === "candidate";
  return `<span class="pill ${colour ?? "state"}" style="--part: ${LIVE_LSTM.gates[colour] ?? ""}">
    ${text} <var>${own ? "ĥ" : letter}<sub>t</sub></var></span>`;
}

function drawWords() {
  const place = { words: chosen.words.length, at: chosen.at, row: order().indexOf(chosen.unit) };
  Object.entries(place).forEach(([name, n]) => $("reading").style.setProperty(`--${name}`, n));
  $("words").innerHTML = all(chosen.words, (word, t) => {
    const is = { unknown: idOf(word) === 1, unread: t >= chosen.seen, chosen: t === chosen.at };
    return `<li class="${Object.keys(is).filter((name) => is[name]).join(" ")}"></li>`;
  });
  chosen.words.forEach((word, t) => ($("words").children[t].textContent = standard(word)));
  // Of a long review, the part with the chosen word is seen.
  const frame = $("reading").getBoundingClientRect(), padding = $("words").offsetLeft;
  const { left, right } = $("words").children[chosen.at].getBoundingClientRect();
  if (right > frame.right || left < frame.left + padding) {
    $("reading").scrollLeft += left - frame.left - (frame.width + padding) / 2;
  }
}

function drawProbability() {
  const line = $("line"), T = chosen.words.length;
  const points = (steps) => steps.slice(0, chosen.seen)
    .map(({ probability }, t) => [t + 0.5, 1 - probability]);
  line.setAttribute("viewBox", `0 -0.06 ${T} 1.12`);
  line.setAttribute("aria-label", "The probability after each word that was read: "
    + points(now).map(([, y]) => number(1 - y, 2)).join(", "));
  line.style.setProperty("--model", LIVE_LSTM.models[chosen.kind]);
  line.innerHTML = `<path class="half" d="M0 .5H${T}"/>`
    + ($("hold").value ? `<polyline class="trained" points="${points(trained).join(" ")}"/>` : "")
    + `<polyline points="${points(now).join(" ")}"/>`
    + all(points(now), ([x, y]) => `<path class="dot" d="M${x} ${y}h0"/>`);
}

// One pixel for each unit and word, which the style sheet makes larger.
function drawMap(part) {
  const units = order(), T = chosen.words.length, cells = now.flatMap((step) => step.units);
  const most = part === "cell" ? Math.max(1, ...cells.map((unit) => Math.abs(unit.cell))) : 1;
  const canvas = $(`map-${part}`).querySelector("canvas"), picture = new ImageData(T, units.length);
  now.slice(0, chosen.seen).forEach((step, t) => units.forEach((unit, row) => {
    const value = step.units[unit][part];
    const rgb = shade(part, 255 * (isGate(part) ? value : (value / most + 1) / 2));
    picture.data.set([...rgb, 255], 4 * (row * T + t));
  }));
  Object.assign(canvas, { width: T, height: units.length });
  canvas.getContext("2d").putImageData(picture, 0, 0);
  const values = now[chosen.at].units.map((unit) => unit[part]);
  canvas.setAttribute("aria-label", `${PARTS[part].name} of ${units.length} units at ${T} words; `
    + `at “${standard(chosen.words[chosen.at])}” from ${number(Math.min(...values), 2)} to `
    + number(Math.max(...values), 2));
  const [low, high] = $(`map-${part}`).querySelectorAll(".legend span"), digits = most > 1 ? 1 : 0;
  low.textContent = isGate(part) ? "0" : number(-most, digits);
  high.textContent = number(most, digits);
}

// The opened unit: a column for each sum, and below it the cell's equations with the numbers.
const EQUATIONS = {
  LSTM: ({ forget: f, input: i, candidate: c, output: o, cell: C, hidden: h, before }) => [
    ["C<sub>t</sub> = f<sub>t</sub> C<sub>t−1</sub> + i<sub>t</sub> C̃<sub>t</sub>",
      `${number(f)} · ${factor(before.cell)} + ${number(i)} · ${factor(c)}`,
      `${number(f * before.cell)} + ${factor(i * c)}`, number(C)],
    ["h<sub>t</sub> = o<sub>t</sub> tanh(C<sub>t</sub>)", `${number(o)} · tanh(${number(C)})`,
      `${number(o)} · ${factor(Math.tanh(C))}`, number(h)],
  ],
  SimpleRNN: () => [],
  GRU: ({ update: z, candidate: c, hidden: h, before }) => [
    ["h<sub>t</sub> = z<sub>t</sub> h<sub>t−1</sub> + (1 − z<sub>t</sub>) ĥ<sub>t</sub>",
      `${number(z)} · ${factor(before.hidden)} + ${number(1 - z)} · ${factor(c)}`,
      `${number(z * before.hidden)} + ${factor((1 - z) * c)}`, number(h)],
  ],
};

function drawUnit() {
  const { kind, at } = chosen, step = now[at], unit = step.units[chosen.unit], { a, reset } = unit;
  const parts = MAPS[kind].filter((part) => part in a), held = $("hold").value.split(" ")[0];
  const weight = NETWORKS[kind].answer[chosen.unit][0];
  // Into a GRU's candidate, the reset gate lets a part of what comes from the state.
  const isReset = (part) => kind === "GRU" && part === "candidate";
  const squash = (part) => (part === held ? "held" : isGate(part) ? "σ" : "tanh");
  const rows = [
    ["word", (part) => number(a[part].word)],
    ["+ state", (part) => (isReset(part)
      ? `${number(reset)} · ${factor(a[part].state)}` : number(a[part].state))],
    ["+ bias", (part) => number(a[part].bias)],
    ["sum", (part) => number(isReset(part)
      ? a[part].word + reset * a[part].state + a[part].bias : a[part].sum)],
    ["value", (part) => `${squash(part)} <strong>${number(unit[part])}</strong>`],
  ];
  $("unit").value = chosen.unit;
  $("at").textContent = `at “${standard(chosen.words[at])}”, word ${at + 1}`;
  $("sums").innerHTML = `<thead><tr><td></td>${all(parts, (part) =>
    `<th scope="col">${pill(part, PARTS[part].name.split(" ")[0])}</th>`)}</tr></thead><tbody>`
    + `${all(rows, ([name, cell]) => `<tr><th scope="row">${name}</th>${all(parts, (part) =>
      `<td>${cell(part)}</td>`)}</tr>`)}</tbody>`;
  $("equations").innerHTML = all(EQUATIONS[kind](unit), ([left, numbers, parts, value]) =>
    `<p><var>${left}</var><br>= ${numbers}<br>= ${parts}<br>= <strong>${value}</strong></p>`)
    + `<p>To the answer it adds
    <var>w h<sub>t</sub></var> = ${number(weight)} · ${factor(unit.hidden)} =
    <strong>${number(weight * unit.hidden)}</strong>. All units and the bias add up to
    ${number(step.sum)}, and <var>σ</var>(${number(step.sum)}) = ${number(step.probability)}.</p>`;
}

// The maps at the chosen word in numbers, once somebody unfolds them.
function drawTable() {
  const parts = MAPS[chosen.kind], names = ["unit", ...parts.map((part) => PARTS[part].name)];
  const line = (unit) => `<tr><th scope="row">${unit}</th>${all(parts, (part) =>
    `<td>${number(now[chosen.at].units[unit][part])}</td>`)}</tr>`;
  $("numbers").querySelector("table").innerHTML = $("numbers").open
    ? `<thead><tr>${all(names, (name) => `<th scope="col">${name}</th>`)}</tr></thead>`
    + `<tbody>${all(order(), line)}</tbody>` : "";
}

// What a visitor does.
const readTo = (seen) => show({ seen, at: seen - 1 });

function play() {
  if (chosen.timer) {
    show({ timer: clearInterval(chosen.timer) });
    return;
  }
  const next = () => (chosen.seen < chosen.words.length ? readTo(chosen.seen + 1) : play());
  chosen.timer = setInterval(next, PACE);
  readTo(chosen.seen < chosen.words.length ? chosen.seen + 1 : 1);
}

// The review is now these words; all of them are read if all were read before. An example that was
// changed is no longer chosen, so that it can be taken again.
function setWords(words, at = chosen.at) {
  $("example").value = $("review").value;
  show({ words, at, seen: chosen.seen < chosen.words.length ? chosen.seen : words.length });
}

function rewrite(words, at) {
  $("review").value = words.join(" ");
  setWords(words, at);
}

function move(by) {
  const { words, at } = chosen;
  rewrite(words.toSpliced(at, 1).toSpliced(at + by, 0, words[at]), at + by);
}

function changeWord() {
  const words = split($("word").value);
  if (words.length) {
    rewrite(chosen.words.toSpliced(chosen.at, 1, ...words), chosen.at);
  }
}

// A new review is read to its end, and opened at the word that moved the answer most.
function showExample() {
  rewrite(split($("example").value));
  readTo(chosen.words.length);
  const moved = now.map((step, t) => Math.abs(step.probability - (now[t - 1] ?? step).probability));
  show({ at: moved.indexOf(Math.max(...moved)) });
}

function chooseNetwork() {
  chosen.kind = document.querySelector("[name=kind]:checked").value;
  build();
  show({ unit: order()[0] });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function key(event) {
  if (event.key in ARROWS) {
    const [by, down] = ARROWS[event.key], units = order(), row = units.indexOf(chosen.unit) + down;
    event.preventDefault();
    show({ at: chosen.at + by, unit: units[clamp(row, 0, units.length - 1)] });
  }
}

function click(event) {
  const plot = event.target.closest(".plot"), units = order();
  if (plot) {
    const { left, top, width, height } = plot.getBoundingClientRect();
    const row = Math.floor(units.length * clamp((event.clientY - top) / height, 0, 0.999));
    const at = Math.floor(chosen.words.length * (event.clientX - left) / width);
    show({ at, unit: plot.closest(".map") ? units[row] : chosen.unit });
  }
}

function start() {
  const on = (id, event, does) => $(id).addEventListener(event, does);
  const known = LIVE_LSTM.words.slice(2).sort();
  $("known").innerHTML = all(known, (word) => `<option value="${word}">`);
  $("vocabulary").textContent = known.join(", ");
  document.querySelectorAll("[name=kind]").forEach((one) => (one.onchange = chooseNetwork));
  on("example", "change", showExample);
  on("review", "input", () => setWords(split($("review").value)));
  on("play", "click", play);
  on("back", "click", () => readTo(chosen.seen - 1));
  on("forward", "click", () => readTo(chosen.seen + 1));
  on("seen", "input", () => readTo(Number($("seen").value)));
  on("word", "input", changeWord);
  on("word", "blur", () => show({}));
  on("left", "click", () => move(-1));
  on("right", "click", () => move(+1));
  on("hold", "change", () => show({}));
  on("where", "change", () => show({}));
  on("unit", "change", () =>
    show({ unit: clamp(Math.floor($("unit").value), 0, order().length - 1) }));
  on("reading", "keydown", key);
  on("reading", "click", click);
  on("numbers", "toggle", drawTable);
  $("live-lstm").hidden = false;
  chooseNetwork();
  showExample();
}

start();
