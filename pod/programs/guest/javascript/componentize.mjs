// node componentize.mjs WIT SOURCE COMPONENT: StarlingMonkey with our runner, as a component.
import { readFile, writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

const [wit, source, target] = process.argv.slice(2);
const { component } = await componentize(await readFile(source, "utf8"), {
  witPath: wit,
  worldName: "box",
  sourceName: "runner.js",
  disableFeatures: ["http", "fetch-event", "stdio"],
});
await writeFile(target, component);
