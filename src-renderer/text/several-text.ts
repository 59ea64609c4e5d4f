import { count } from './locale.ts'

export const severalText = {
  bar: 'Selected entries',
  selected: (n: number) => count(n, { one: '{n} selected', other: '{n} selected' }),
  tag: 'Tag…',
  remove: 'Remove',
  clear: 'Clear selection',
  tagTitle: (n: number) => count(n, { one: 'Tag {n} entry', other: 'Tag {n} entries' }),
  tagMeans: 'They are added to the tags that each entry has.',
  addTags: 'Add tags',
  tagged: (n: number) => count(n, { one: '{n} entry tagged', other: '{n} entries tagged' }),
  tagsFull: (n: number) =>
    count(n, { one: '{n} has ten tags already', other: '{n} would have more than ten tags' })
} as const
