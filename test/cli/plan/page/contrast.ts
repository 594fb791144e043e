/** Whether text can be read, as the Web Content Accessibility Guidelines count it. */
import type { Page } from "playwright-core";

/** A text with the colours that are seen: red, green and blue, 0 to 255. */
interface SeenText {
  readonly text: string;
  readonly ink: readonly number[];
  readonly back: readonly number[];
}

/** The text of a page with the least contrast to what is behind it; WCAG wants 4.5 or more. */
export async function leastContrast(
  page: Page,
): Promise<{ readonly contrast: number; readonly text: string }> {
  const texts = await page.evaluate(seenTexts);
  const contrasts = texts.map(({ text, ink, back }) => ({ text, contrast: contrastOf(ink, back) }));
  const [worst] = contrasts.toSorted((a, b) => a.contrast - b.contrast);
  if (worst === undefined) {
    throw new Error("The page shows no text");
  }
  return worst;
}

function contrastOf(ink: readonly number[], back: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(ink), luminance(back)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Runs in the page. Colours are painted and read back, so that any notation will do. */
function seenTexts(): readonly SeenText[] {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (context === null) {
    throw new Error("There is no canvas");
  }
  const paint = (colors: readonly string[]): readonly number[] => {
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const seen: SeenText[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (element === null || text === "" || !element.checkVisibility()) {
      continue;
    }
    if (element.closest("script, noscript, .unseen") !== null) {
      continue;
    }
    const behind: string[] = [];
    let opacity = 1;
    for (let above: Element | null = element; above !== null; above = above.parentElement) {
      const style = getComputedStyle(above);
      behind.unshift(style.backgroundColor);
      opacity *= Number(style.opacity);
    }
    const back = paint(behind);
    const full = paint([...behind, getComputedStyle(element).color]);
    const ink = full.map(
      (channel, index) => opacity * channel + (1 - opacity) * (back[index] ?? 0),
    );
    seen.push({ text, ink, back });
  }
  return seen;
}
