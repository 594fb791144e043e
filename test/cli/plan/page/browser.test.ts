/** The page of `ytcode plan --html` in a real browser. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { startBrowser } from "../../../tools/browser.ts";
import { makePipeline } from "../../../tools/small-pipeline.ts";
import { runYtcode } from "../../../tools/run-ytcode.ts";
import { leastContrast } from "./contrast.ts";
import { cellsOf, columnOf, openFile, openPlan, wayOf } from "./opened-page.ts";
import { largePlan, partOf, planOf, SMALL_PLAN } from "./plans.ts";

const MODES = ["light", "dark"] as const;

test("The page of ytcode plan --html in a real browser without a network", async (all) => {
  const browser = await startBrowser();
  if (browser === undefined) {
    all.skip("NOT RUN: there is no browser; name one in CHROME_PATH");
    return;
  }
  all.after(() => browser.close());

  await all.test("it opens from a file, loads nothing and logs nothing", async (t) => {
    const folder = await makePipeline(t);
    const file = path.join(folder, "plan.html");
    assert.equal((await runYtcode(["plan", folder, "--html", file])).status, 0);
    const { page, assertQuiet } = await openFile(t, browser, file);
    assert.equal(await page.title(), `${path.basename(folder)}: what would be packed`);
    assert.equal(await page.locator("h1").innerText(), path.basename(folder));
    assert.ok((await cellsOf(page)).length > 3);
    assertQuiet();
  });

  await all.test("letters are drawn, and not the same box for each", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN);
    const heading = page.locator("h1");
    const drawn = async (text: string): Promise<Buffer> => {
      await heading.evaluate((element, content) => (element.textContent = content), text);
      return heading.screenshot();
    };
    // The same two letters, so that only their shapes can make a difference.
    assert.ok(!(await drawn("AH")).equals(await drawn("HA")));
    assert.ok((await drawn("AH")).equals(await drawn("AH")));
  });

  await all.test("it says what would be packed, and what is odd", async (t) => {
    const { page, assertQuiet } = await openPlan(t, browser, SMALL_PLAN);
    assert.deepEqual(await page.locator("#figures li").allInnerTexts(), [
      "976.6 KiB before compression",
      "9 files",
      "4 parts",
      "1 warning",
    ]);
    assert.deepEqual(await page.locator("#warning-list li").allInnerTexts(), [
      'Part "model/" is over 100 MB',
    ]);
    assert.match(await page.locator("#facts").innerText(), /train \(map\)/);
    assert.deepEqual(await columnOf(page, 1), [
      "model/ !",
      "stages/train",
      "./words.txt",
      "wrappers/",
    ]);
    assertQuiet();
  });

  await all.test("cells of one place have areas in proportion to their sizes", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN);
    const cells = await cellsOf(page);
    const areaOf = (label: string): number => {
      const cell = cells.find((each) => each.label.startsWith(`${label},`));
      assert.ok(cell !== undefined, label);
      return cell.width * cell.height;
    };
    for (const family of [
      { "model/": 600, "stages/train": 200, "./words.txt": 120, "wrappers/": 80 },
      { "model/weights.bin": 400, "model/old/deep": 200 },
      { "stages/train/src/mapper.py": 100, "stages/train/src/words.py": 80 },
    ]) {
      const densities = Object.entries(family).map(([label, size]) => areaOf(label) / size);
      assert.ok(Math.max(...densities) / Math.min(...densities) < 1.01, densities.join());
    }
    const { width, height } = (await page.locator("#treemap").boundingBox()) ?? {
      width: 0,
      height: 0,
    };
    assert.ok(Math.abs((areaOf("model/") / (width * height)) * 1000 - 600) < 3);
  });

  await all.test("a click goes in, and the way above goes back out", async (t) => {
    const { page, assertQuiet } = await openPlan(t, browser, SMALL_PLAN);
    await page
      .getByRole("button", { name: /^stages\/train,/ })
      .click({ position: { x: 30, y: 9 } });
    assert.deepEqual(await wayOf(page), ["source.tar.gz", "stages/train"]);
    assert.equal(await page.locator("#shown").innerText(), "195.3 KiB in 4 files");
    assert.ok((await cellsOf(page)).every(({ label }) => label.startsWith("stages/train/")));
    // A file has nothing in it to go to: the folder that it is in comes up.
    await page.getByRole("button", { name: /^stages\/train\/src\/words.py,/ }).click();
    assert.deepEqual(await wayOf(page), ["source.tar.gz", "stages/train", "src"]);
    assert.match(await page.locator("#details").innerText(), /^stages\/train\/src/);
    await page.locator("#way").getByRole("button", { name: "source.tar.gz" }).click();
    assert.deepEqual(await wayOf(page), ["source.tar.gz"]);
    assert.equal((await cellsOf(page))[0]?.label, "model/, 585.9 KiB, 60% of the archive, 3 files");
    assertQuiet();
  });

  await all.test("the keyboard is enough", async (t) => {
    const { page, assertQuiet } = await openPlan(t, browser, SMALL_PLAN);
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);
    await page.locator("#way button").focus();
    await page.keyboard.press("Tab");
    assert.match((await focused()) ?? "", /^model\/,/);
    await page.keyboard.press("ArrowRight");
    assert.match((await focused()) ?? "", /^stages\/train,/);
    assert.ok(await page.locator("#tooltip").isVisible());
    await page.keyboard.press("Enter");
    assert.deepEqual(await wayOf(page), ["source.tar.gz", "stages/train"]);
    assert.match((await focused()) ?? "", /^stages\/train\/src,/);
    await page.keyboard.press("Escape");
    assert.deepEqual(await wayOf(page), ["source.tar.gz"]);
    // Back where it came from.
    assert.match((await focused()) ?? "", /^stages\/train,/);
    await page.keyboard.press("ArrowLeft");
    assert.match((await focused()) ?? "", /^model\/,/);
    assert.equal(await page.locator(".cell[tabindex='0']").count(), 1);
    await page.keyboard.press("/");
    await page.keyboard.type("mapper");
    assert.equal(await page.locator("#found").innerText(), "1 file, 97.7 KiB");
    await page.getByRole("tab", { name: "Parts" }).focus();
    await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await columnOf(page, 1), ["stages/train/src/mapper.py"]);
    assertQuiet();
  });

  await all.test("tables are sorted by their heads, either way", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN);
    await page.getByRole("tab", { name: "Files" }).click();
    const head = (name: string) =>
      page.locator("[role=tabpanel]:visible").getByRole("columnheader", { name });
    assert.deepEqual((await columnOf(page, 1)).slice(0, 3), [
      "model/weights.bin",
      "model/old/deep/weights.bin",
      "words.txt",
    ]);
    assert.equal(await head("Size").getAttribute("aria-sort"), "descending");
    await head("Size").getByRole("button").click();
    assert.equal((await columnOf(page, 4))[0], "0 B");
    await head("File").getByRole("button").click();
    assert.deepEqual((await columnOf(page, 1)).slice(0, 2), [
      "model/old/deep/notes.txt",
      "model/old/deep/weights.bin",
    ]);
    assert.equal(await head("File").getAttribute("aria-sort"), "ascending");
    assert.equal(await head("Size").getAttribute("aria-sort"), "none");
  });

  await all.test(
    "a search leaves its files in the tables, and lets other cells step back",
    async (t) => {
      const { page } = await openPlan(t, browser, SMALL_PLAN);
      await page.locator("#search").fill("WEIGHTS deep");
      assert.deepEqual(await columnOf(page, 1), ["model/ !"]);
      assert.deepEqual(await page.locator("[role=tab]").allInnerTexts(), [
        "Parts1",
        "Folders1",
        "Files1",
      ]);
      const bright = page.locator(".cell:not(.dimmed)");
      assert.deepEqual(
        await bright.evaluateAll((cells) =>
          cells.map((cell) => cell.getAttribute("aria-label")?.split(",")[0]),
        ),
        ["model/", "model/old/deep", "model/old/deep/weights.bin"],
      );
      await page.locator("#search").fill("no such file");
      assert.deepEqual(await columnOf(page, 1), ["Nothing has been found"]);
      await page.locator("#search").fill("");
      assert.equal(await page.locator(".cell.dimmed").count(), 0);
      assert.equal((await columnOf(page, 1)).length, 4);
    },
  );

  await all.test("a name in a table brings up its place in the treemap", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN);
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByRole("button", { name: "model/old/deep/notes.txt", exact: true }).click();
    assert.deepEqual(await wayOf(page), ["source.tar.gz", "model/", "old/deep"]);
    assert.match(
      await page.locator("#details").innerText(),
      /notes\.txt\s+50,000 bytes\s+mode 0644\s+sha256 0a0a/,
    );
  });

  await all.test("colours go by part or by file type", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN);
    const legend = page.locator("#legend li");
    assert.deepEqual(
      (await legend.allInnerTexts()).map((text) => text.split("\n")[0]),
      ["model/", "stages/train", "./words.txt", "wrappers/"],
    );
    await page.getByText("File type").click();
    assert.deepEqual(
      (await legend.allInnerTexts()).map((text) => text.split("\n")[0]),
      [".bin", ".py", ".txt", ".sh", ".yaml"],
    );
  });

  await all.test("hostile names do no harm", async (t) => {
    const name = `</script><img src=x onerror="document.title='harm'">.py`;
    const hostile = `"><svg onload=alert(1)>\u202Egnp.exe\n${"&lt;".repeat(3)}`;
    const plan = planOf(
      [partOf(`${name}/`, "lib", { [`lib/${name}`]: 2, [`lib/${hostile}`]: 1 })],
      {
        pipelineDirectory: `/p/<img src=x onerror=alert(2)>`,
        buildFolder: "//home/<script>alert(3)</script>",
        warnings: [{ type: "large-part", part: `${name}/`, message: name }],
      },
    );
    const { page, assertQuiet } = await openPlan(t, browser, plan);
    await page.getByRole("tab", { name: "Files" }).click();
    await page.locator("#search").fill("</script>");
    await page.locator(".cell.file").first().hover();
    await page.locator(".cell").first().focus();
    await page.getByRole("button", { name: `lib/${name}`, exact: true }).click();
    assert.equal(await page.locator("img, svg, script:not(#plan):not([type=module])").count(), 0);
    assert.equal(await page.title(), "<img src=x onerror=alert(2)>: what would be packed");
    assert.deepEqual(await columnOf(page, 1), [`lib/${name}`]);
    await page.locator("#search").fill("svg");
    assert.deepEqual(await columnOf(page, 1), [
      String.raw`lib/"><svg onload=alert(1)>\u{202e}gnp.exe\u{a}&lt;&lt;&lt;`,
    ]);
    assertQuiet();
  });

  await all.test("its policy lets no markup, script or request in, come what may", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN);
    const outcome = await page.evaluate(async () => {
      const tried: Record<string, string> = {};
      const attempt = async (what: string, action: () => unknown): Promise<void> => {
        try {
          await action();
          tried[what] = "done";
        } catch (error) {
          tried[what] = error instanceof Error ? error.name : "refused";
        }
      };
      await attempt("markup", () => {
        document.body.innerHTML = "<b>harm</b>";
      });
      await attempt("script", () => {
        const script = document.createElement("script");
        script.append("document.title = 'harm'");
        document.head.append(script);
        if (document.title !== "harm") {
          throw new Error("refused");
        }
      });
      await attempt("request", () => fetch("data:text/plain,x"));
      const image = new Image();
      const failed = new Promise((resolve, reject) => {
        image.addEventListener("load", resolve);
        image.addEventListener("error", () => reject(new Error("refused")));
      });
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
      await attempt("image", () => failed);
      return tried;
    });
    assert.deepEqual(outcome, {
      markup: "TypeError",
      script: "Error",
      request: "TypeError",
      image: "Error",
    });
  });

  await all.test("ten thousand files make few elements, and all can be reached", async (t) => {
    const plan = largePlan(10_000);
    const { page, assertQuiet } = await openPlan(t, browser, plan);
    assert.ok((await cellsOf(page)).length <= 1500);
    assert.ok((await page.locator("*").count()) < 6000);
    await page.getByRole("tab", { name: "Files" }).click();
    const status = page.locator("[role=tabpanel]:visible [role=status]");
    assert.equal(await status.innerText(), "1–50 of 10,000");
    await page.getByRole("button", { name: "Next" }).click();
    assert.equal(await status.innerText(), "51–100 of 10,000");
    assert.equal((await columnOf(page, 1)).length, 50);
    await page.locator("#search").fill("package_7/ module_999.py");
    await page.getByRole("button", { name: /module_999\.py$/ }).click();
    assert.equal(
      await page
        .locator("#shown")
        .innerText()
        .then((text) => text.split(" in ")[1]),
      "29 files",
    );
    assertQuiet();
  });

  await all.test("what is too small to see is one cell, and a click shows it", async (t) => {
    const small = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`lib/${i}.py`, 1]));
    const plan = planOf([
      partOf("lib/", "lib", { "lib/big.bin": 1e6, "lib/other.bin": 1e6, ...small }),
    ]);
    const { page, assertQuiet } = await openPlan(t, browser, plan);
    const smaller = page.getByRole("button", {
      name: "40 smaller in lib, 40 B, <1% of the archive, 40 files",
    });
    // It is smaller than a pixel; the keyboard reaches it all the same.
    await smaller.focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await wayOf(page), ["source.tar.gz", "lib/", "40 smaller"]);
    assert.equal((await cellsOf(page)).length, 40);
    assertQuiet();
  });

  await all.test("text can be read in light and in dark", async (t) => {
    const parts = Array.from({ length: 12 }, (_, index) =>
      partOf(`p${index}/`, `p${index}`, { [`p${index}/a.py`]: 500, [`p${index}/b.py`]: 400 }),
    );
    const canvases = await Promise.all(
      MODES.map(async (colorScheme) => {
        const { page } = await openPlan(t, browser, planOf(parts), { colorScheme });
        const worst = await leastContrast(page);
        assert.ok(worst.contrast >= 4.5, `${colorScheme}: ${JSON.stringify(worst)}`);
        return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      }),
    );
    assert.deepEqual(canvases, ["rgb(247, 247, 245)", "rgb(19, 20, 23)"]);
  });

  await all.test("it moves only for those who do not mind", async (t) => {
    const moving = await Promise.all(
      (["no-preference", "reduce"] as const).map(async (reducedMotion) => {
        const { page } = await openPlan(t, browser, SMALL_PLAN, { reducedMotion });
        return page.evaluate(() => {
          document.querySelector<HTMLElement>(".cell.part")?.click();
          return document
            .getAnimations()
            .some((animation) => !(animation instanceof CSSTransition));
        });
      }),
    );
    assert.deepEqual(moving, [true, false]);
  });

  await all.test("it fits a small window, and follows when that grows", async (t) => {
    const { page } = await openPlan(t, browser, SMALL_PLAN, {
      viewport: { width: 360, height: 640 },
    });
    const overflow = (): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await overflow(), 0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.waitForFunction(
      () => (document.querySelector(".cell.part")?.clientWidth ?? 0) > 500,
    );
    assert.equal(await overflow(), 0);
  });

  await all.test("it says so when there is nothing to pack, or nothing in it", async (t) => {
    const nothing = await openPlan(t, browser, planOf([]));
    assert.ok(await nothing.page.getByText("No enabled stage has code").isVisible());
    assert.ok(!(await nothing.page.locator("#map, #tables").first().isVisible()));
    nothing.assertQuiet();
    const empty = await openPlan(t, browser, planOf([partOf("lib/", "lib", { "lib/x": 0 })]));
    assert.ok(!(await empty.page.locator("#map").isVisible()));
    assert.deepEqual(await columnOf(empty.page, 1), ["lib/"]);
    empty.assertQuiet();
  });
});
