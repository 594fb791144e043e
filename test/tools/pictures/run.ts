/** Takes the pictures of the documents anew: `npm run pictures`. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { PICTURES, takePictures } from "./pictures.ts";
import { drawPane } from "./svg.ts";

await mkdir(PICTURES, { recursive: true });
for (const { name, title, lines } of await takePictures()) {
  await writeFile(path.join(PICTURES, `${name}.svg`), drawPane(title, lines));
}
