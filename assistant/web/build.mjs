// Builds what the browser loads into dist/: scripts, styles, fonts, icon. Same input, same output, byte for byte.

import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";
import { compile } from "sass";
import { parse } from "smol-toml";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const KERN = here("node_modules/@kern-ux/native");
const TARGET = ["chrome111", "firefox113", "safari16.4"];
const FONTS = ["FiraSans-Regular", "FiraSans-SemiBold"];

/** The loader runs on foreign pages, before anything of Roland is loaded: its few words are built in. */
async function widgetWords() {
  const folder = here("../messages/");
  const words = {};
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".toml")).sort()) {
    const { page } = parse(await readFile(folder + file, "utf8"));
    if (page?.widget_open) {
      words[file.replace(".toml", "")] = [page.widget_open, page.widget_close, page.widget_title];
    }
  }
  return JSON.stringify(words);
}

async function scripts() {
  await build({
    absWorkingDir: here("."),
    entryPoints: {
      app: "src/app.ts",
      desk: "src/desk.ts",
      phone: "src/phone.ts",
      "phone-worklet": "src/phone-worklet.ts",
      theme: "src/theme.ts",
      widget: "src/widget.ts",
    },
    outdir: "dist",
    bundle: true,
    format: "iife",
    minify: true,
    target: TARGET,
    legalComments: "none",
    define: { WIDGET_WORDS: await widgetWords() },
  });
}

async function styles() {
  for (const sheet of ["app", "desk"]) {
    const { css } = compile(here(`styles/${sheet}.scss`), { loadPaths: [`${KERN}/src/scss`], quietDeps: true });
    const { code } = await transform(css, { loader: "css", minify: true, target: TARGET });
    await writeFile(here(`dist/${sheet}.css`), code);
  }
}

async function files() {
  await mkdir(here("dist/fonts"), { recursive: true });
  for (const font of FONTS) {
    await copyFile(`${KERN}/dist/fonts/fira-sans/${font}.woff2`, here(`dist/fonts/${font}.woff2`));
  }
  await copyFile(here("public/icon.svg"), here("dist/icon.svg"));
}

await rm(here("dist"), { recursive: true, force: true });
await mkdir(here("dist"));
await Promise.all([scripts(), styles(), files()]);
