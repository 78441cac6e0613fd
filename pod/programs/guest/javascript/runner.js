// The generic guest for apps in JavaScript, built once; `domicile.js` stands before it. Programs are source text
// that is handed in at run time: modules of their own package alone, by `require("./name.js")`.
import { query } from "domicile:box/app@0.2.0";
import { log } from "domicile:box/journal@0.2.0";

const TRACE = 4000;
const MESSAGE = 500;

/** `require` of the program's own modules, from its source text; `loading` is the file being compiled. */
function modules(files) {
  const made = new Map();
  const state = { loading: null };
  const load = (name) => {
    if (made.has(name)) return made.get(name).exports;
    if (!Object.hasOwn(files, name)) throw new Error(`there is no module ${name}`);
    const module = { exports: {} };
    made.set(name, module);
    state.loading = name;
    // On its first line, so that lines are the file's; the name is what stacks say.
    const make = (0, eval)(`(function (require, module, exports) {${files[name]}\n})\n//# sourceURL=${name}`);
    state.loading = null;
    const folder = name.split("/").slice(0, -1);
    make((wanted) => (wanted === "domicile" ? domicile : load(resolved(folder, wanted))), module, module.exports);
    return module.exports;
  };
  return [load, state];
}

function resolved(folder, wanted) {
  const steps = [...folder];
  for (const step of wanted.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== ".") steps.push(step);
  }
  const name = steps.join("/");
  return name.endsWith(".js") ? name : `${name}.js`;
}

class Inputs {
  /** The rows of a declared query as a Table. Params: strings, numbers, ISO dates. Throws Denied. */
  query(name, params = {}) {
    let answer;
    try {
      answer = query(String(name), JSON.stringify(params));
    } catch (refused) {
      throw new domicile.Denied(String(refused.payload ?? refused));
    }
    return new domicile.Table(JSON.parse(answer));
  }
  /** A line for the author, kept with the run. */
  log(message) {
    log(String(message).slice(0, MESSAGE));
  }
}

/** What the pod tells the author: the error, where in their own code, how it came there. */
function fault(error, files, state) {
  if (typeof error === "string" || !(error instanceof Object)) {
    return { error: /out of memory/.test(error) ? "MemoryError" : "Error", message: String(error).slice(0, MESSAGE) };
  }
  const frames = String(error.stack ?? "").split("\n").map((line) => /^(.*)@(.+):(\d+):(\d+)$/.exec(line));
  const own = frames.filter((frame) => frame && Object.hasOwn(files, frame[2]));
  const found = { error: String(error.name).slice(0, 80), message: String(error.message).slice(0, MESSAGE) };
  if (error instanceof SyntaxError && state.loading) Object.assign(found, { file: state.loading, line: error.lineNumber });
  else if (own.length) Object.assign(found, { file: own[0][2], line: Number(own[0][3]) });
  found.trace = own.map((frame) => `  ${frame[2]}:${frame[3]} in ${frame[1]}`).join("\n").slice(0, TRACE);
  return found;
}

/** JSON, but never null in place of what is no number. */
function text(result) {
  return JSON.stringify(result, (key, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${key}: ${value} is not JSON`);
    return value;
  });
}

/** Of text in UTF-8; without making them, which takes more memory than there may be. */
function bytes(said) {
  let more = 0;
  for (let n = 0; n < said.length; n++) {
    const unit = said.charCodeAt(n);
    if (unit >= 0x80) more += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return said.length + more;
}

function tooLarge(result, size, most) {
  const plain = result instanceof domicile.Result ? result.toJSON() : result;
  const sizes = Object.entries(Object(plain)).map(([key, part]) => [`$.${key}`, (JSON.stringify(part) ?? "").length]);
  const [where] = sizes.sort((a, b) => b[1] - a[1])[0] ?? ["$"];
  return { too_large: { bytes: size, most, where } };
}

export function run(job) {
  let files = {};
  let state = {};
  let wrong;
  try {
    const given = JSON.parse(job);
    files = given.files;
    const pod = new Inputs();
    const print = (...said) => pod.log(said.map(String).join(" "));
    globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
    const [load, loaded] = modules(files);
    state = loaded;
    const { run: entry } = load(given.entry);
    if (typeof entry !== "function") throw new TypeError(`${given.entry} exports no function run`);
    const result = entry(pod, given.params);
    if (result instanceof Promise) throw new TypeError("run returns a promise: nothing here is waited for");
    const said = text(result);
    if (said === undefined) throw new TypeError("run returns nothing that is JSON");
    const size = bytes(said);
    if (size <= given.most) return said;
    wrong = tooLarge(result, size, given.most);
  } catch (error) {
    wrong = fault(error, files, state);
  }
  throw JSON.stringify(wrong);
}
