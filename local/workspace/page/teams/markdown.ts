const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const inline = (line: string): string =>
  escape(line)
    .replace(
      /\[([^\]]+)\]\((https?:[^)\s]+)\)/g,
      '<a href="$2" target="_blank" rel="noreferrer noopener">$1</a>',
    )
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/(^|[^\p{L}\p{N}_])_([^_]+)_(?![\p{L}\p{N}])/gu, '$1<em>$2</em>');

/**
 * The markdown that Teams knows in an Adaptive Card: bold, italic, links and lists
 * (https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features). HTML is letters.
 */
export function teamsMarkdown(text: string): string {
  const lines = text.split(/\r?\n/);
  const html: string[] = [];
  let list: string[] = [];
  const flush = (): void => {
    if (list.length) html.push(`<ul>${list.map((item) => `<li>${item}</li>`).join('')}</ul>`);
    list = [];
  };
  for (const line of lines) {
    const item = /^\s*[-*]\s+(.*)$/.exec(line);
    if (item) list.push(inline(item[1] ?? ''));
    else {
      flush();
      html.push(inline(line));
    }
  }
  flush();
  return html.join('\n').replace(/\n(?!<ul>)/g, '<br>');
}
