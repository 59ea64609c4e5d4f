import * as v from 'valibot'
import { type EntryLabels, LONGEST_NAME, LONGEST_NOTE, MOST_TAGS, tagPattern } from './entry-labels.ts'
import { isShowable, shownText } from './shown-text.ts'

export const entryLabels: v.GenericSchema<EntryLabels> = v.strictObject({
  name: v.nullable(v.pipe(shownText, v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME))),
  isFavourite: v.boolean(),
  tags: v.pipe(
    v.array(v.pipe(v.string(), v.regex(tagPattern, 'Not a tag.'))),
    v.maxLength(MOST_TAGS),
    v.check((tags) => new Set(tags).size === tags.length, 'A tag is there twice.')
  ),
  note: v.nullable(
    v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(LONGEST_NOTE),
      v.check((note) => note.split('\n').every(isShowable), 'Characters that can’t be seen are not allowed.')
    )
  )
})
