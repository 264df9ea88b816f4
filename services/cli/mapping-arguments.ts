/**
 * Which mapping each file of a command line is read with.
 *
 * One mapping serves all files, wherever it stands. Of several, each serves the files that follow it
 * up to the next one, which the parsed options alone do not tell: the order of the words does.
 */
import type { Command } from 'commander';
import { usageError } from './exit-codes.ts';

export interface MappedFile {
  readonly mappingPath: string;
  readonly path: string;
}

type Word =
  | { readonly kind: 'mapping'; readonly text: string }
  | { readonly kind: 'file'; readonly text: string };

/**
 * Pairs files with mappings. `words` are the words behind the command's name. Also understands
 * `--mapping MAPPING.yaml=FILE`. Throws `CliError` (exit 2) when a file or a mapping is left alone.
 */
export function pairFilesWithMappings(command: Command, words: readonly string[]): MappedFile[] {
  const sequence = mappingsAndFiles(command, words);
  const mappings = sequence.filter((word) => word.kind === 'mapping');
  const [first] = mappings;
  if (first === undefined) throw usageError('--mapping MAPPING.yaml is missing');
  const pairs: MappedFile[] = [];
  const unused = new Set(mappings);
  let current = mappings.length === 1 ? first : null;
  for (const word of sequence) {
    if (word.kind === 'mapping') {
      current = word;
      continue;
    }
    if (current === null) {
      throw usageError(
        `with several mappings each file follows its own: no --mapping before ${word.text}`,
      );
    }
    pairs.push({ mappingPath: current.text, path: word.text });
    unused.delete(current);
  }
  for (const { text } of unused) throw usageError(`no file follows --mapping ${text}`);
  const repeated = pairs.find(
    (pair, index) => pairs.findIndex((p) => p.path === pair.path) < index,
  );
  if (repeated !== undefined) throw usageError(`${repeated.path} is named twice`);
  return pairs;
}

function mappingsAndFiles(command: Command, words: readonly string[]): Word[] {
  const sequence: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      for (const text of words.slice(index + 1)) sequence.push({ kind: 'file', text });
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      sequence.push({ kind: 'file', text: word });
      continue;
    }
    const [flag, inline] = splitFlag(word);
    const option = command.options.find(
      (candidate) => candidate.short === flag || candidate.long === flag,
    );
    const takesValue = option !== undefined && (option.required || option.optional);
    const value = inline ?? (takesValue ? words[++index] : undefined);
    if (option?.attributeName() === 'mapping' && value !== undefined) {
      sequence.push(...mappingWords(value));
    }
  }
  return sequence;
}

function splitFlag(word: string): [string, string | undefined] {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  }
  return word.length > 2 ? [word.slice(0, 2), word.slice(2)] : [word, undefined];
}

function mappingWords(value: string): Word[] {
  const match = /^(.+?\.ya?ml)=(.+)$/.exec(value);
  const [, mapping, file] = match ?? [];
  if (mapping === undefined || file === undefined) return [{ kind: 'mapping', text: value }];
  return [
    { kind: 'mapping', text: mapping },
    { kind: 'file', text: file },
  ];
}
