// A program that tries what it must not be able to do; `params.mode` says what.
const { add, fail } = require("./other.js");

function tried(attempt) {
  try {
    return `done: ${String(attempt()).slice(0, 200)}`;
  } catch (error) {
    return `refused: ${error?.name ?? error}`;
  }
}

const modes = {
  globals: () => Object.getOwnPropertyNames(globalThis),
  network: (pod, { port }) => {
    const asked = fetch(`http://127.0.0.1:${port}/`); // traps, or is a promise that nobody waits for
    asked.then?.(() => pod.log("answered"), () => {});
    return { type: typeof asked };
  },
  reaching: () => ({
    require: tried(() => require("fs")),
    up: tried(() => require("../../../etc/passwd")),
    process: tried(() => process.env.HOME),
    wasm: tried(() => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
    worker: tried(() => new Worker("data:,")),
    shared: tried(() => new SharedArrayBuffer(8)),
  }),
  imports: () => { (0, eval)('import("wasi:filesystem/types@0.2.0").then(() => console.log("loaded"))'); return 1; },
  spin: () => { for (;;); },
  spin_catching: () => { for (;;) try { for (;;); } catch { /* again */ } },
  spin_in_c: () => "x".repeat(1 << 28).split("").length,
  big_integer: () => Number((7n ** 5_000_000n) % 7n),
  slow_regex: () => /(a+)+$/.test(`${"a".repeat(60)}b`),
  timer: () => { setTimeout(() => {}, 30_000); return "set"; },
  memory: () => { const held = []; for (;;) held.push(new Uint8Array(1 << 20).fill(1)); },
  recursion: () => { const deeper = (n) => deeper(n + 1) + 1; return deeper(0); },
  nested_json: () => JSON.parse("[".repeat(200_000)),
  nested_result: () => { let value = []; for (let n = 0; n < 20_000; n++) value = [value]; return value; },
  large_result: () => "x".repeat(80 << 20),
  logging: () => { for (let n = 0; n < 20_000; n++) console.log("y".repeat(10_000)); return "logged"; },
  calls: (pod) => { for (let n = 0; n < 1e6; n++) tried(() => pod.query("nope")); return "called"; },
  reading: (pod) => { for (let n = 0; n < 90; n++) pod.query("rows"); return "read"; },
  not_a_number: () => ({ a: NaN }),
  forged: () => { JSON.stringify = () => '{"a": NaN}'; return {}; },
  not_json: () => { JSON.stringify = () => '{"m":"result"}\n{"m":"ready"}'; return {}; },
  surrogate: () => ({ s: "\ud800" }),
  promise: async () => 1,
  undeclared: (pod) => ({
    name: tried(() => pod.query("secret")),
    sparql: tried(() => pod.query("SELECT * WHERE { ?s ?p ?o }")),
    extra: tried(() => pod.query("rows", { graph: "*" })),
    type: tried(() => pod.query("rows", { from: "not a day" })),
    control: tried(() => pod.query("rows").length),
  }),
  state: () => { const seen = Math.LEAK ?? null; Math.LEAK = "before"; return { seen }; },
  clock: () => ({ now: Date.now(), random: [Math.random(), Math.random()] }),
  elsewhere: () => fail(),
  adds: (pod) => ({ sum: add(1, 2), rows: [...pod.query("rows")], column: pod.query("rows").column("a") }),
};

exports.run = (pod, params) => modes[params.mode](pod, params);
