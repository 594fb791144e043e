/**
 * A real browser for tests: the one that `CHROME_PATH` names, else Chromium or Chrome on `PATH`,
 * else the Chromium that comes in an npm package for Linux.
 */
import { execFile } from "node:child_process";
import { access, constants, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { exists } from "../../common/files/exists.ts";
import { hasCode } from "../../common/files/file-errors.ts";
import { testToolsDirectory } from "./paths.ts";

const run = promisify(execFile);

/** What Chromium is called on various systems. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * In containers there is no user to make a sandbox with; the pages are our own, and no name leads
 * anywhere, so that nothing can be loaded from a network but from servers of the tests' own.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** In the folder of the unpacked browser: where its fonts are. */
const FONTS_FILE = "fonts.conf";

/**
 * The package's own file names only the folders that it has in a function of AWS. This one's folder is
 * relative to the file itself, so that the project can be moved, and the cache is in `XDG_CACHE_HOME`
 * (https://www.freedesktop.org/software/fontconfig/fontconfig-user.html, "prefix").
 */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fonts</cachedir>
</fontconfig>
`;

/** A browser, and what its process needs to know. */
interface Installed {
  readonly executablePath: string;
  readonly env?: Record<string, string>;
}

/**
 * Starts a browser.
 *
 * @returns undefined when this machine has none
 */
export async function startBrowser(): Promise<Browser | undefined> {
  const installed = await findBrowser();
  if (installed === undefined) {
    return undefined;
  }
  return chromium.launch({ ...installed, args: ARGUMENTS, headless: true });
}

async function findBrowser(): Promise<Installed | undefined> {
  const { CHROME_PATH: named, PATH: searched = "" } = process.env;
  if (named !== undefined && named !== "") {
    return { executablePath: named };
  }
  for (const folder of searched.split(path.delimiter)) {
    for (const name of NAMES) {
      const executablePath = path.join(folder, name);
      if (await isExecutable(executablePath)) {
        return { executablePath };
      }
    }
  }
  // What the package holds are programs for this processor.
  if (process.platform !== "linux" || process.arch !== "x64") {
    return undefined;
  }
  const folder = await unpackedBrowser();
  return { executablePath: path.join(folder, "chromium"), env: await environmentOf(folder) };
}

/**
 * Only the package's own fonts, and its own libraries where the system has none: a bare container has
 * neither. Without any font, texts have no size and no letters.
 */
async function environmentOf(folder: string): Promise<Record<string, string>> {
  const given = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const env = {
    ...Object.fromEntries(given),
    FONTCONFIG_FILE: path.join(folder, FONTS_FILE),
    XDG_CACHE_HOME: path.join(folder, "cache"),
  };
  const { stdout } = await run("ldd", [path.join(folder, "chromium")]);
  if (!stdout.includes("not found")) {
    return env;
  }
  return { ...env, LD_LIBRARY_PATH: path.join(folder, "al2023/lib") };
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The browser of the npm package, unpacked once for all test runs. It comes to its place by one
 * rename, so that processes that unpack it at the same time do not meet half of it.
 */
async function unpackedBrowser(): Promise<string> {
  const manifest: { readonly version: string } = createRequire(import.meta.url)(
    "../../node_modules/@sparticuz/chromium/package.json",
  );
  const folder = path.join(testToolsDirectory, `browser-${manifest.version}-${process.arch}`);
  if (await exists(folder)) {
    return folder;
  }
  await mkdir(testToolsDirectory, { recursive: true });
  const own = await mkdtemp(`${folder}.`);
  try {
    await unpackInto(own);
    await writeFile(path.join(own, FONTS_FILE), FONTS);
    await rename(own, folder);
  } catch (error) {
    // Another process was faster: its browser is as good.
    if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) {
      throw error;
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  return folder;
}

/**
 * The package unpacks to the folder for temporary files, so a process of its own gets that as one; and
 * its libraries only when it believes itself to be in a function of AWS.
 */
async function unpackInto(folder: string): Promise<void> {
  const entry = new URL(import.meta.resolve("@sparticuz/chromium"));
  const program = `const { default: chromium } = await import(${JSON.stringify(entry.href)}); await chromium.executablePath();`;
  await run(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
  });
}
