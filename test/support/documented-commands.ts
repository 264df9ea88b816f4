/** Command lines in Markdown: of shell blocks, and of code within a sentence. */

export interface DocumentedCommand {
  readonly text: string;
  /** A whole line of a shell block; otherwise it is in a sentence, and may be a part: `selfsame hold reject`. */
  readonly isLine: boolean;
}

/** Every command of a text; lines that go on after a backslash are one, what follows a pipe is left out. */
export function commandsIn(markdown: string): readonly DocumentedCommand[] {
  const blocks = /```[a-z]*\n([^`]*)```/g;
  const lines = [...markdown.matchAll(blocks)].flatMap(([, block = '']) =>
    block.replaceAll(/\\\n\s*/g, ' ').split('\n'),
  );
  const spans = [...markdown.replaceAll(blocks, '').matchAll(/`([^`]+)`/g)].map(([, text = '']) =>
    text.replaceAll(/\s+/g, ' '),
  );
  const found = [
    ...lines.map((text) => ({ text, isLine: true })),
    ...spans.map((text) => ({ text, isLine: false })),
  ];
  return found.map(({ text, isLine }) => ({ text: text.trim(), isLine }));
}

/** The ways in which the program is named. */
const PROGRAM = /^(?:npm run selfsame -- |node \S*selfsame\.mjs |selfsame )(.+)$/;

/** Words after `selfsame`, without comment, pipe and redirection; null: another command, or a pattern of one. */
export function selfsameWords(text: string): readonly string[] | null {
  const rest = PROGRAM.exec(text)?.[1]?.split(/\s+(?:[|>#]|&&|\d>)/)[0];
  if (rest === undefined || /[<…]|\.\.\.|^COMMAND/.test(rest)) return null;
  const words = rest.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}
