/** The markdown below the guide's heading of level 2 with this text, up to the next; undefined where there is none. */
export function guideSection(markdown: string, heading: string): string | undefined {
  const [, ...sections] = markdown.split(/^## +/m);
  const section = sections.find((text) => text.split('\n', 1)[0]?.trim() === heading);
  return section?.slice(section.indexOf('\n') + 1).trim();
}
