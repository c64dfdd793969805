import path from 'node:path';
import { fileErrorCode } from './corpus-files.js';
import { byCodeUnits, CorpusBuilder, type Corpus, type CorpusOptions } from './corpus.js';
import { DemoUsageError } from './demo-errors.js';
import { kindOf } from './text-file.js';

/** Such names are listed with U+FFFD in place of what is no character, and then lead nowhere. */
const NAME_NOT_UTF8 = 'its name is not UTF-8';
const TEXT_NAME = /\.(md|markdown|mdown|txt|text)$/i;

/**
 * The text and markdown files of a folder and the folders inside it; ids are paths relative to it,
 * with `/` between the parts. Links are never followed: what a link inside the folder leads to is
 * read in its own place, and what it leads to elsewhere is no part of the folder. So nothing is
 * read twice and no circle can be walked.
 *
 * @throws DemoUsageError if `root` is not a folder that can be listed.
 */
export async function readFolder(root: string, options: CorpusOptions = {}): Promise<Corpus> {
  const builder = new CorpusBuilder(options);
  try {
    const real = await builder.files.real(root);
    if (!(await builder.files.facts(real)).isDirectory())
      throw new DemoUsageError(`--corpus ${JSON.stringify(root)} is not a folder`);
    const names = await builder.files.list(real);
    await new Walk(builder, real).enter('', names, 0);
  } catch (cause) {
    if (cause instanceof DemoUsageError) throw cause;
    throw new DemoUsageError(
      `--corpus ${JSON.stringify(root)} cannot be read (${fileErrorCode(cause)})`,
      { cause },
    );
  }
  return builder.build();
}

class Walk {
  readonly #builder: CorpusBuilder;
  readonly #root: string;

  constructor(builder: CorpusBuilder, root: string) {
    this.#builder = builder;
    this.#root = root;
  }

  async enter(id: string, names: readonly string[], depth: number): Promise<void> {
    const sorted = names.toSorted(byCodeUnits);
    for (const [at, name] of sorted.entries()) {
      const inner = id === '' ? name : `${id}/${name}`;
      this.#builder.enter(inner);
      if (this.#builder.full) return;
      if (name === sorted[at - 1]) this.#builder.skip(inner, NAME_NOT_UTF8);
      else await this.#visit(inner, depth);
    }
  }

  async #visit(id: string, depth: number): Promise<void> {
    const where = path.join(this.#root, id);
    try {
      const facts = await this.#builder.files.facts(where);
      if (facts.isDirectory() && path.basename(id) === '.git')
        return this.#builder.skip(id, 'version control');
      if (facts.isDirectory()) return await this.#folder(id, where, depth + 1);
      if (facts.isSymbolicLink()) return this.#builder.skip(id, await this.#linkReason(where));
      if (!facts.isFile()) return this.#builder.skip(id, kindOf(facts));
    } catch (error) {
      const code = fileErrorCode(error);
      const isMisnamed = code === 'ENOENT' && path.basename(id).includes('\uFFFD');
      return this.#builder.skip(id, isMisnamed ? NAME_NOT_UTF8 : `unreadable (${code})`);
    }
    if (TEXT_NAME.test(id)) await this.#builder.add(id, where);
    else this.#builder.skip(id, 'not a text or markdown file');
  }

  async #folder(id: string, where: string, depth: number): Promise<void> {
    const { depthMax } = this.#builder.limits;
    if (depth > depthMax)
      return this.#builder.skip(id, `more than ${depthMax} folders inside each other`);
    await this.enter(id, await this.#builder.files.list(where), depth);
  }

  async #linkReason(where: string): Promise<string> {
    let target: string;
    try {
      target = await this.#builder.files.real(where);
    } catch (error) {
      const code = fileErrorCode(error);
      if (code === 'ENOENT') return 'dangling link';
      return code === 'ELOOP' ? 'link in a circle' : `unreadable link (${code})`;
    }
    if (isInside(target, path.dirname(where))) return 'link in a circle';
    return isInside(this.#root, target)
      ? 'link, read where it leads to'
      : 'link that leaves the folder';
  }
}

function isInside(folder: string, inner: string): boolean {
  const relative = path.relative(folder, inner);
  return relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}
