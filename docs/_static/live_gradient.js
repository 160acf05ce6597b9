// The gradient's way back through an RNN and an LSTM, as lesson 1 measures it.
// T time steps, D features, H units. A gradient is a row; W is as in Keras: (D, k H) or (H, k H).
"use strict";

// The equations.
const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const ACTIVATIONS = {
  tanh: { phi: Math.tanh, slope: (h) => 1 - h * h },
  identity: { phi: (a) => a, slope: () => 1 },
};

// The bound that lesson 1 proves: no slope is above 1, so n steps multiply a norm by s^n at most.
const rnnBound = (s, n) => s ** n;

// The path along the cell state alone, with gates that stand at what their bias says.
const forgetGateAlone = (forgetBias, n) => sigmoid(forgetBias) ** n;

// h_t = φ(x_t W_xh + s h_{t-1} W_hh)
function rnnStep(x_t, h, { kernel, recurrent }, s, phi) {
  return plus(times(x_t, kernel), scaled(s, times(h, recurrent))).map(phi);
}

// ∂/∂h_{t-1} = s (∂/∂h_t ⊙ φ'_t) W_hhᵀ
function rnnStepBack(dh, h_t, { recurrent }, s, slope) {
  return scaled(s, timesTransposed(product(dh, h_t.map(slope)), recurrent));
}

// i, f, C̃, o from x_t W + s h_{t-1} U + b; C_t = f ⊙ C_{t-1} + i ⊙ C̃; h_t = o ⊙ tanh(C_t)
function lstmStep(x_t, h, C, { kernel, recurrent }, s, forgetBias) {
  const a = plus(times(x_t, kernel), scaled(s, times(h, recurrent)));
  const H = h.length;
  const i = a.slice(0, H).map(sigmoid);
  const f = a.slice(H, 2 * H).map((a_f) => sigmoid(a_f + forgetBias));
  const C_tilde = a.slice(2 * H, 3 * H).map(Math.tanh);
  const o = a.slice(3 * H).map(sigmoid);
  const C_t = plus(product(f, C), product(i, C_tilde));
  return { i, f, C_tilde, o, C_t, h_t: product(o, C_t.map(Math.tanh)) };
}

// From ∂/∂h_t and ∂/∂C_t those of the step before: through the gates, and along the cell state.
function lstmStepBack(dh, dC_next, C, { i, f, C_tilde, o, C_t }, { recurrent }, s) {
  const dC = dC_next.map((d, k) => d + dh[k] * o[k] * (1 - Math.tanh(C_t[k]) ** 2));
  const da = [
    ...dC.map((d, k) => d * C_tilde[k] * i[k] * (1 - i[k])),
    ...dC.map((d, k) => d * C[k] * f[k] * (1 - f[k])),
    ...dC.map((d, k) => d * i[k] * (1 - C_tilde[k] ** 2)),
    ...dh.map((d, k) => d * Math.tanh(C_t[k]) * o[k] * (1 - o[k])),
  ];
  return [scaled(s, timesTransposed(da, recurrent)), product(dC, f)];
}

// The norm of the gradient after 0, 1, … T-1 steps back from h_T, where it starts as v.
function rnnNorms(s, T, activation) {
  const { phi, slope } = ACTIVATIONS[activation];
  const h = [zeros()];
  for (const x_t of LESSON.x.slice(0, T)) h.push(rnnStep(x_t, h.at(-1), LESSON.rnn, s, phi));
  let dh = LESSON.v;
  const norms = [norm(dh)];
  for (let t = T; t > 1; t -= 1) {
    dh = rnnStepBack(dh, h[t], LESSON.rnn, s, slope);
    norms.push(norm(dh));
  }
  return norms;
}

// The same for an LSTM, whose state is h and C together.
function lstmNorms(s, T, forgetBias) {
  const steps = [{ h_t: zeros(), C_t: zeros() }];
  for (const x_t of LESSON.x.slice(0, T)) {
    const { h_t, C_t } = steps.at(-1);
    steps.push(lstmStep(x_t, h_t, C_t, LESSON.lstm, s, forgetBias));
  }
  let [dh, dC] = [LESSON.v, zeros()];
  const norms = [norm(dh)];
  for (let t = T; t > 1; t -= 1) {
    [dh, dC] = lstmStepBack(dh, dC, steps[t - 1].C_t, steps[t], LESSON.lstm, s);
    norms.push(norm([...dh, ...dC]));
  }
  return norms;
}

// Rows of numbers.
const zeros = () => LESSON.v.map(() => 0);
const plus = (a, b) => a.map((a_k, k) => a_k + b[k]);
const product = (a, b) => a.map((a_k, k) => a_k * b[k]);
const scaled = (s, a) => a.map((a_k) => s * a_k);
const norm = (a) => Math.hypot(...a);
const dot = (a, b) => a.reduce((sum, a_k, k) => sum + a_k * b[k], 0);
const timesTransposed = (a, W) => W.map((row) => dot(a, row));
const times = (a, W) => W.reduce((sum, row, k) => plus(sum, scaled(a[k], row)), W[0].map(() => 0));

// The picture. Colours, dashes and markers are those of utils/figures.py.
const RNN = { colour: "#D55E00", dash: "8 4", marker: "circle" };
const LSTM = { colour: "#0072B2", dash: "none", marker: "square" };
const HEIGHT = 270;
const EDGE = { left: 72, right: 14, top: 12, bottom: 44 };

// 0.0037, 7,600 or 2.2 · 10⁻⁷
function written(norm) {
  if (norm === 0) return "0";
  if (norm >= 0.001 && norm < 99999) {
    return Number(norm.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 5 });
  }
  const [digits, exponent] = norm.toExponential(1).split("e");
  return `${digits} · 10${exponent.replace(/./g, (sign) => RAISED[sign])}`;
}
const RAISED = { "+": "", "-": "⁻", ...[..."⁰¹²³⁴⁵⁶⁷⁸⁹"] };

// Multiples of 1, 2, 5, … that hold low and high between them, few enough to be read.
function ticks(low, high) {
  const step = [1, 2, 5, 10, 20].find((size) => high - low <= 6 * size);
  const first = Math.floor(low / step);
  return Array.from({ length: Math.ceil(high / step) - first + 1 }, (_, k) => (first + k) * step);
}

function drawCurves(svg, curves, T) {
  const power = (norm) => Math.round(1e6 * Math.log10(Math.max(norm, 1e-300))) / 1e6;
  const powers = curves.map(({ norms }) => norms.map(power));
  const seen = powers.flat().filter((one) => one > -300); // a norm of 0 has no power of ten
  const marks = ticks(Math.max(Math.min(-4, ...seen), -50), Math.min(Math.max(0, ...seen), 50));
  const [low, high] = [marks[0], marks.at(-1)];
  const width = svg.clientWidth;
  const [right, bottom] = [width - EDGE.right, HEIGHT - EDGE.bottom];
  const x = (back) => right - (back / (T - 1)) * (right - EDGE.left);
  const y = (one) => bottom - ((one - low) / (high - low)) * (bottom - EDGE.top);
  const write = (text, place) => draw(svg, "text", { "text-anchor": "middle", ...place }, text);
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  for (const mark of marks) {
    const ends = { x1: EDGE.left, x2: right, y1: y(mark), y2: y(mark) };
    draw(svg, "line", { ...ends, stroke: mark === 0 ? "#555" : "#ddd" });
    const ten = write("10", { x: EDGE.left - 8, y: y(mark) + 5, "text-anchor": "end" });
    draw(ten, "tspan", { dy: -6, "font-size": 11 }, minus(mark));
  }
  const every = [1, 2, 5, 10, 20].find((size) => T <= 6 * size);
  for (let n = 0; n < T; n += every) write(n, { x: x(n), y: bottom + 18 });
  const [across, down] = [(EDGE.left + right) / 2, (EDGE.top + bottom) / 2];
  write("steps back from the last state", { x: across, y: HEIGHT - 6 });
  write("gradient norm", { x: 14, y: down, transform: `rotate(-90 14 ${down})` });
  const inside = draw(svg, "svg", { y: EDGE.top - 6, width, height: bottom - EDGE.top + 6 });
  inside.setAttribute("viewBox", `0 ${EDGE.top - 6} ${width} ${bottom - EDGE.top + 6}`);
  curves.forEach(({ colour, dash, marker }, number) => {
    const points = powers[number].map((one, n) => [x(n), y(one)]);
    const look = { fill: "none", stroke: colour, "stroke-dasharray": dash };
    const thickness = marker ? 2.2 : 1.5;
    draw(inside, "polyline", { ...look, "stroke-width": thickness, points: points.join(" ") });
    for (let n = 0; marker && n < T; n += Math.ceil(T / 8)) {
      const [cx, cy] = points[n];
      if (marker === "circle") draw(inside, "circle", { cx, cy, r: 4.5, fill: colour });
      else draw(inside, "rect", { x: cx - 4, y: cy - 4, width: 8, height: 8, fill: colour });
    }
  });
}

// What the page shows of one setting: four curves, their ends in a table, and a sentence.
function show(root, { s, T, b_f }, activation) {
  const upTo = (curve) => Array.from({ length: T }, (_, n) => curve(n));
  const curves = {
    bound: { norms: upTo((n) => rnnBound(s, n)), ...RNN, dash: "2 4", marker: "" },
    alone: { norms: upTo((n) => forgetGateAlone(b_f, n)), ...LSTM, dash: "2 4", marker: "" },
    rnn: { norms: rnnNorms(s, T, activation), ...RNN },
    lstm: { norms: lstmNorms(s, T, b_f), ...LSTM },
  };
  drawCurves(root.querySelector("svg.live-plot"), Object.values(curves), T);
  for (const place of root.querySelectorAll("[data-end]")) {
    place.value = curves[place.dataset.end].norms.at(-1);
    place.textContent = written(Number(place.value));
  }
  for (const place of root.querySelectorAll("[data-steps]")) place.textContent = T - 1;
  const [rnn, lstm] = [curves.rnn.norms.at(-1), curves.lstm.norms.at(-1)];
  const [more, less] = [Math.max(rnn, lstm), Math.min(rnn, lstm)];
  const most = rnn > lstm ? "RNN" : "LSTM";
  const ratio = less > 0 ? `: the ${most} keeps ${written(more / less)} times as much` : "";
  sayWhenStill(
    root.querySelector("[data-said]"),
    `After ${T - 1} step${T > 2 ? "s" : ""} back, the norm of the gradient is ${written(rnn)} in ` +
      `the RNN and ${written(lstm)} in the LSTM${ratio}.`,
  );
}

function start(root) {
  const fields = [...root.querySelectorAll("input[type=text]")];
  const choices = [...root.querySelectorAll("input[type=radio]")];
  const sliders = [...root.querySelectorAll("input[type=range]")];
  root.hidden = false;
  const read = followNumbers(fields, root.querySelector("[data-notice]"), (values) => {
    for (const slider of sliders) slider.value = values[slider.dataset.of];
    show(root, values, choices.find((choice) => choice.checked).value);
  });
  for (const slider of sliders) {
    slider.addEventListener("input", () => {
      fields.find((field) => field.name === slider.dataset.of).value = minus(slider.value);
      read();
    });
  }
  for (const choice of choices) choice.addEventListener("input", read);
  new ResizeObserver(read).observe(root.querySelector("svg.live-plot"));
}

start(document.querySelector("#live-gradient"));
