import { type Document, isMap, parseDocument } from 'yaml'

/** Null: the text is longer than this, or no YAML with a mapping that can be changed and written again as it was. */
export function documentOf(text: string, longest: number): Document | null {
  if (text.length > longest) return null
  const document = parseDocument(text, { logLevel: 'error', prettyErrors: false })
  return document.errors.length === 0 && isMap(document.contents) ? document : null
}

/** The text of a changed document: its comments, and the indent of lists and the spaces in brackets of `before`. */
export function textOf(document: Document, before: string): string {
  return document.toString({
    lineWidth: 0,
    indentSeq: !/^[\w-]+:[ \t]*\n- /m.test(before),
    flowCollectionPadding: /[[{] /.test(before)
  })
}
