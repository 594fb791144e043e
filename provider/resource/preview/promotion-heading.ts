/** Which version a promotion takes, where it is from and where it goes: how its line begins. */
import { shownName } from "../../../common/text/shown-name.ts";
import { shortDigest } from "../../manifest/digests.ts";
import type { Properties } from "../arguments.ts";
import { partName } from "./change-line.ts";
import type { FoundPromotion } from "./notes.ts";

/**
 * `promotes 9f86d081a1b2 (published 2026-11-02 10:11 by stack dev) to //home/prod/daily/build`. A pinned version that
 * the build folder has had before, and has not now, is one that it goes back to.
 *
 * @param isMoved whether the place is told elsewhere in the line
 * @returns undefined when nothing is promoted
 */
export function promotionHeading(
  { pin, buildFolder }: Properties,
  promotion: FoundPromotion | undefined,
  isMoved = false,
): string | undefined {
  if (promotion === undefined) {
    return undefined;
  }
  const { digest, live, publisher, publishedAt } = promotion.version;
  const isPinned = typeof pin === "string";
  const isBack = isPinned && promotion.isOwn && !live;
  const stack = publisher.stack === "" ? "" : ` by stack ${shownName(publisher.stack)}`;
  const facts = [
    `published ${shownTime(publishedAt)}${stack}`,
    ...(isPinned ? ["pinned"] : []),
  ].join(", ");
  const version = `${shortDigest(digest)} (${facts})`;
  if (isMoved) {
    return `promotes ${version}`;
  }
  const target = partName(String(buildFolder));
  return isBack ? `back to ${version} in ${target}` : `promotes ${version} to ${target}`;
}

/** To the minute, in UTC as the cluster tells it: `2026-11-02T10:11:12.345678Z`. */
function shownTime(time: string): string {
  return shownName(time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/s, "$1 $2"));
}
