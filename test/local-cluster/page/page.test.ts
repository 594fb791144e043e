/** The page at `/` of a local cluster, in a real browser. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import {
  findVersion,
  promoteArchive,
  publishArchive,
} from "../../../provider/publication/index.ts";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import { leastContrast } from "../../cli/plan/page/contrast.ts";
import { startBrowser } from "../../tools/browser.ts";
import { rawRequest, startTestCluster, temporaryDirectory } from "../../tools/local-cluster.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { makePipeline } from "../../tools/small-pipeline.ts";

const EVIL = `<img src=x onerror="document.title='got in'"><script>document.title='got in'</script>`;

/** A name as a key of a YPath. */
function key(name: string): string {
  return name.replaceAll(/[\\/@&*[{]/g, String.raw`\$&`);
}

/** An opened page. */
async function open(
  t: TestContext,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(dialog.message()));
  page.on("request", (request) => {
    if (
      new URL(request.url()).origin !== new URL(url).origin &&
      !request.url().startsWith("data:")
    ) {
      strangers.push(request.url());
    }
  });
  await page.goto(url);
  const assertQuiet = () => {
    assert.deepEqual(complaints, []);
    assert.deepEqual(strangers, []);
  };
  return { page, assertQuiet, complaints };
}

/** A cluster with two versions of a real archive, one of them promoted, and a tree beside them. */
async function clusterWithVersions(t: TestContext) {
  const { url } = await startTestCluster(t);
  const client = createYtClient({ proxy: url, displayName: "test" });
  const folder = await makePipeline(t);
  const built = await buildArchive(await readManifest({ pipelineDirectory: folder }));
  const archive = await readFile(built.file);
  const wrappers = { "operation_wrapper_a_map.sh": "#!/bin/bash\n" };
  const common = { client, log: makeLog().log };
  const older = await makeArchiveSet(t, { archive: gzipSync("older"), wrappers });
  const newer = await makeArchiveSet(t, { archive, wrappers });
  for (const archiveSet of [older, newer]) {
    await publishArchive({
      ...common,
      buildFolder: BUILD_FOLDER,
      publisher: PUBLISHER,
      archiveSet,
    });
  }
  const { digest } = newer;
  await promoteArchive({
    source: {
      client,
      proxy: url,
      buildFolder: BUILD_FOLDER,
      version: await findVersion({ client, buildFolder: BUILD_FOLDER, digest }),
    },
    target: { client, buildFolder: "//home/prod/build" },
    sameCluster: true,
    publisher: OTHER_PUBLISHER,
    adopt: false,
    log: common.log,
  });
  return { url, digests: [newer.digest, older.digest] };
}

test("The page of a local cluster in a real browser", async (all) => {
  const browser = await startBrowser();
  if (browser === undefined) {
    all.skip("NOT RUN: there is no browser; name one in CHROME_PATH");
    return;
  }
  all.after(() => browser.close());

  await all.test("it shows a build folder, its versions, and what is in an archive", async (t) => {
    const { url, digests } = await clusterWithVersions(t);
    const { page, assertQuiet } = await open(t, browser, url);
    const go = async (name: string, next: string) => {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { name: next, exact: true }).waitFor();
    };
    await page.getByRole("link", { name: "home", exact: true }).waitFor();
    assert.equal(await page.title(), "/ – local cluster");
    await go("home", "Children");
    await page.getByRole("link", { name: "daily", exact: true }).click();
    await go("build", "Versions");
    const versions = page.locator("section", {
      has: page.getByRole("heading", { name: "Versions" }),
    });
    const texts = await versions.locator("tbody tr").allInnerTexts();
    assert.equal(texts.length, 2);
    assert.ok(texts[0]?.startsWith(digests[0]?.slice(0, 12) ?? "?"), texts[0]);
    assert.match(texts[0] ?? "", /live\s+kept for prod/);
    assert.match(texts[0] ?? "", /sales \/ dev \/ daily/);
    assert.doesNotMatch(texts[1] ?? "", /live/);
    const attributes = page.getByRole("complementary", { name: "Attributes" });
    await go("source.tar.gz", "Files in the archive");
    await page.getByText(/^\d+ entries, /).waitFor();
    assert.match(await attributes.innerText(), /ytcode_digest\s+[0-9a-f]{64}/);
    const mapper = page.getByRole("button", { name: "stages/run/src/mapper.py" });
    await mapper.click();
    await page.locator("pre.text").waitFor();
    assert.notEqual(await page.locator("pre.text").innerText(), "");
    await page.getByRole("navigation").getByRole("link", { name: "home" }).click();
    await page.getByRole("link", { name: "prod", exact: true }).click();
    await go("build", "Versions");
    assert.match(await versions.innerText(), /\/\/home\/daily\/build/);
    // The long folder leaves the size in sight.
    const hidden = await versions
      .locator(".scroll")
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.ok(hidden <= 0, `${hidden} px of the table are out of sight`);
    await page.goto(`${url}/#/sys/accounts`);
    await go("tmp", "Value");
    assertQuiet();
  });

  await all.test(
    "text can be read, light and dark, and a narrow window is wide enough",
    async (t) => {
      const { url } = await clusterWithVersions(t);
      for (const colorScheme of ["light", "dark"] as const) {
        for (const place of ["/home/daily/build", "/home/daily/build/source.tar.gz"]) {
          const { page } = await open(t, browser, `${url}/#${place}`, { colorScheme });
          await page.locator("#attributes").waitFor();
          await page.locator("tbody tr").first().waitFor();
          const { contrast, text } = await leastContrast(page);
          assert.ok(contrast >= 4.5, `${colorScheme} ${place}: "${text}" has ${contrast}`);
          const shots = process.env["YTCODE_TEST_SCREENSHOTS"];
          if (shots !== undefined) {
            const name = `${colorScheme}${place.replaceAll("/", "-")}.png`;
            await page.screenshot({ path: path.join(shots, name), fullPage: true });
          }
          await page.setViewportSize({ width: 360, height: 700 });
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - innerWidth,
          );
          assert.ok(overflow <= 0, `${place} is ${overflow} px too wide`);
        }
      }
    },
  );

  await all.test(
    "no name, attribute or content becomes markup, and any name can be followed",
    async (t) => {
      const cluster = await startTestCluster(t);
      const { url } = cluster;
      const names = [EVIL, "a/b", "@x&y*[1]", "ю %20 #?", "back\\slash", "{curly}"];
      for (const name of names) {
        await cluster.run("create", { type: "file", path: `//home/${key(name)}`, recursive: true });
        await cluster.write(`//home/${key(name)}`, `content of ${name}`);
        await cluster.run(
          "set",
          { path: `//home/${key(name)}/@mine` },
          JSON.stringify({ [EVIL]: EVIL }),
        );
      }
      await cluster.run("create", { type: "string_node", path: "//home/value", recursive: true });
      await cluster.run("set", { path: "//home/value" }, JSON.stringify(EVIL));
      const { page, assertQuiet } = await open(t, browser, `${url}/#/home`);
      for (const name of [...names, "value"]) {
        await page.getByRole("link", { name, exact: true }).last().click();
        await page.locator("pre.text").waitFor();
        const wanted = name === "value" ? EVIL : `content of ${name}`;
        assert.equal(await page.locator("pre.text").innerText(), wanted);
        await page.goBack();
        await page.getByRole("heading", { name: "Children" }).waitFor();
      }
      assert.equal(await page.title(), "//home – local cluster");
      assert.equal(await page.locator("main img, main script").count(), 0);
      assertQuiet();
    },
  );

  await all.test(
    "it asks for the token where there is one, and the API lets nobody else in",
    async (t) => {
      const dataDirectory = await temporaryDirectory(t);
      const cluster = await startLocalCluster({ dataDirectory, token: "secret" });
      t.after(() => cluster.close());
      const { page, complaints } = await open(t, browser, cluster.url);
      const field = page.getByLabel("This cluster asks for its token");
      await field.fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByText("Invalid token").waitFor();
      await field.fill("secret");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "home", exact: true }).click();
      await page.getByText("Nothing is in here").waitFor();
      assert.ok(
        complaints.every((text) => text.includes("401")),
        complaints.join(),
      );
      assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
      assert.equal(await page.evaluate(() => document.cookie), "");
      // A page of another origin gets no answer, with the token or without.
      const other = await startLocalCluster({ dataDirectory: await temporaryDirectory(t) });
      t.after(() => other.close());
      const stranger = await open(t, browser, other.url);
      const url = `${cluster.url}/api/v4/list?path=/`;
      const outcome = await stranger.page.evaluate(async (target) => {
        const options = { headers: { Authorization: "OAuth secret" } };
        return fetch(target, options).then(
          () => "answered",
          () => "refused",
        );
      }, url);
      assert.equal(outcome, "refused");
    },
  );

  await all.test("the keyboard is enough, and a broken archive is said to be one", async (t) => {
    const cluster = await startTestCluster(t);
    const { url } = cluster;
    await cluster.run("create", { type: "file", path: "//home/x/broken.tar.gz", recursive: true });
    await cluster.write("//home/x/broken.tar.gz", gzipSync("no tar at all".repeat(100)));
    const { page } = await open(t, browser, url);
    for (const [name, next] of [
      ["home", "x"],
      ["x", "broken.tar.gz"],
    ] as const) {
      await page.getByRole("link", { name, exact: true }).last().focus();
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: next, exact: true }).waitFor();
    }
    await page.getByRole("link", { name: "broken.tar.gz", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("it cannot be read further: This is no tar archive").waitFor();
  });

  await all.test("an archive with very many files is listed as far as it is of use", async (t) => {
    const cluster = await startTestCluster(t);
    const { url } = cluster;
    const { pack } = await import("./many-files.ts");
    await cluster.run("create", { type: "file", path: "//home/many.tar", recursive: true });
    await cluster.write("//home/many.tar", pack(6000));
    const { page, assertQuiet } = await open(t, browser, `${url}/#/home/many.tar`);
    // Locators by role or text would look at each of the rows, again and again.
    await page.waitForFunction(
      (wanted) => document.querySelector("#content .note")?.textContent === wanted,
      "5,000 entries, 4.9 KiB: the rest is not listed, as the archive is large",
    );
    await page.locator("button.link").nth(4999).click();
    await page.locator("pre.text").waitFor();
    assert.equal(await page.locator("h3").innerText(), "f4999");
    assert.equal(await page.locator("pre.text").innerText(), "x");
    assertQuiet();
  });
});

test("the page is served to anybody, and may do nothing but run itself", async (t) => {
  const cluster = await startLocalCluster({
    dataDirectory: await temporaryDirectory(t),
    token: "secret",
  });
  t.after(() => cluster.close());
  const { status, headers, body } = await rawRequest(`${cluster.url}/`);
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  assert.match(String(headers["content-security-policy"]), /default-src 'none'; script-src 'self'/);
  assert.equal(headers["access-control-allow-origin"], undefined);
  for (const [, file = ""] of body.toString().matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    assert.equal((await rawRequest(cluster.url + file)).status, 200, file);
  }
  for (const file of ["/page/page.html", "/page/..%2f..%2findex.js", "/page/tsconfig.json", "/x"]) {
    assert.equal((await rawRequest(cluster.url + file)).status, 404, file);
  }
  assert.equal((await rawRequest(`${cluster.url}/`, { method: "POST" })).status, 404);
  assert.equal((await rawRequest(`${cluster.url}/api/v4/list?path=/`)).status, 401);
});
