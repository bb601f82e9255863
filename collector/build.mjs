// Builds the collector into the package: `npm run build`.
// --out DIR writes there instead (the Python suite compares that with what is committed); --tests builds the tests.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const outAt = process.argv.indexOf("--out");
const out = outAt < 0 ? join(here, "../src/musculus/serve/static") : process.argv[outAt + 1];
const common = { absWorkingDir: here, bundle: true, target: "es2021", charset: "utf8", legalComments: "none", logLevel: "warning" };

// Our own objects' properties, shortened; none of them is a property of anything the browser or a page gives us.
const ours = "cells context count empty events flag keep leave lost nextView origin pump put px recording row rows sequence targets view";
const minified = {
  ...common,
  minify: true,
  mangleProps: new RegExp(`^(${ours.replaceAll(" ", "|")})$`),
  banner: { js: "/* musculus, Apache-2.0 */" },
};

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

if (process.argv.includes("--tests")) {
  const names = (await readdir(join(here, "tests"))).filter((name) => name.endsWith(".test.ts"));
  const entryPoints = names.map((name) => `tests/${name}`);
  await build({ ...common, entryPoints, outdir: "tests/built", platform: "node", format: "esm", outExtension: { ".js": ".mjs" } });
} else {
  await build({ ...minified, entryPoints: ["tag.ts"], format: "iife", outfile: join(out, "musculus.js") });
  await build({ ...minified, entryPoints: ["index.ts"], format: "esm", outfile: join(out, "musculus.mjs") });
  const banner = { entryPoints: ["banner.ts"], format: "iife", outfile: join(out, "consent.js") };
  await build({ ...common, minify: true, banner: minified.banner, ...banner });
  await copyFile(join(here, "musculus.d.ts"), join(out, "musculus.d.ts"));
  const script = await readFile(join(out, "musculus.js"));
  await writeFile(join(out, "musculus.js.sri"), `sha384-${createHash("sha384").update(script).digest("base64")}\n`);

  const open = { name: "open", setup: (b) => b.onResolve({ filter: /\/private$/ }, () => ({ path: join(here, "tests/open.ts") })) };
  const basic = { ...minified, entryPoints: ["tests/basic.ts"], format: "iife", write: false, plugins: [open] };
  const size = { all: gzipped(script), basic: gzipped((await build(basic)).outputFiles[0].contents) };
  console.log(`with gzip: all of it ${size.all} bytes, what records and sends ${size.basic} (tests/basic.ts)`);
}
