export const labelsText = {
  title: 'Notes and tags',
  rename: 'Rename',
  nameField: (name: string) => `Name of ${name}`,
  favourite: 'Favourite',
  addFavourite: 'Add to favourites',
  removeFavourite: 'Remove from favourites',
  tags: 'Tags',
  tagHint: 'Letters, digits, dot, dash. Search: tag:work',
  tagPlaceholder: 'work',
  tagWrong: (text: string) => `“${text}” is not a tag. Use letters, digits, dot or dash, at most 30.`,
  tagsFull: 'An entry has at most ten tags. Remove one first.',
  removeTag: (tag: string) => `Remove tag ${tag}`,
  note: 'Note',
  noteHint: 'Kept unencrypted, so put no secrets here.'
} as const
