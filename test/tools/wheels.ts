/** Wheels made by hand, for pip to install without an index: a zip file with modules and what pip wants to know. */
import assert from "node:assert/strict";
import { runPython } from "../ytjobs/run-python.ts";

/** What a wheel holds. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** Texts of files, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** The module whose `main` is a console script of the wheel's name. @default none */
  readonly script?: string;
}

const MAKE_WHEELS = `
import json, sys, zipfile
for wheel in json.loads(sys.argv[2]):
    name, version, script = wheel["name"], wheel["version"], wheel.get("script")
    info = f"{name}-{version}.dist-info"
    files = {
        **wheel["files"],
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    if script:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\\n{name} = {script}:main\\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}-{version}-py3-none-any.whl", "w") as file:
        for path, text in files.items():
            file.writestr(path, text)
`;

/** Writes wheels into a folder. */
export async function makeWheels(folder: string, ...wheels: readonly Wheel[]): Promise<void> {
  const made = await runPython(["-c", MAKE_WHEELS, folder, JSON.stringify(wheels)]);
  assert.deepEqual(made, { status: 0, stdout: "", stderr: "" });
}
