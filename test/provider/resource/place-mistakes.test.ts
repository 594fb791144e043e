/** What is said when there is nowhere to publish to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingPlaces } from "../../../provider/resource/place-mistakes.ts";

test("missingPlaces() names what a promotion reads, which is no pipeline's configuration", () => {
  assert.deepEqual(
    missingPlaces("clean", undefined, "local", { isPromoted: true }).map(({ message }) => message),
    [
      'Cannot promote without a build folder: set the argument "buildFolder" to a Cypress path like "//home/prod/daily/build", ' +
        'or in the stack\'s settings yt:defaults: { buildFolder: "//home/{stack}/{name}/build" }',
    ],
  );
});
