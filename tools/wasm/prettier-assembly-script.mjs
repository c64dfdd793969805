// A plugin for prettier. AssemblyScript is TypeScript to a parser but for decorators of functions
// and variables, such as `@inline`: they are read as comments, which keep their places, and printed
// as what they are.
import { printers as estree } from 'prettier/plugins/estree';
import { parsers as typescript } from 'prettier/plugins/typescript';

const DECORATOR =
  /^([ \t]*)(@[a-z][\w.]*(?:\([^)\n]*\))?)(?=[ \t]*(?:$|export|function|const|let))/gm;
const AS_COMMENT = /^@[^*]+$/;

export const languages = [{ name: 'AssemblyScript', parsers: ['assemblyscript'] }];

export const parsers = {
  assemblyscript: {
    ...typescript.typescript,
    astFormat: 'assemblyscript',
    preprocess: (text) => text.replace(DECORATOR, '$1/*$2*/'),
  },
};

export const printers = {
  assemblyscript: {
    ...estree.estree,
    printComment(path, options) {
      const { type, value } = path.node;
      const isDecorator = type === 'Block' && AS_COMMENT.test(value);
      return isDecorator ? value : estree.estree.printComment(path, options);
    },
  },
};
