/** Entries that are selected together, by id; empty: the active entry alone. */
export type Picked = ReadonlySet<string>

export const nonePicked: Picked = new Set()

/** What the person has selected in the list. */
export type Selection = {
  /** The active entry. Null: the first of the list, which is the worst. */
  readonly selected: string | null
  readonly picked: Picked
  /** The entry where a range of them begins. Null: at the active one. */
  readonly anchor: string | null
}

/** Selects an entry alone, adds it to the selection or takes it out, or selects all up to it. */
export type Select = (id: string, how?: 'only' | 'toggle' | 'range') => void

/** Where picking takes place: the ids of the list in its order, and the active one. */
export type PickedFrom = { readonly ids: readonly string[]; readonly active: string | null }

/** Selects one entry alone. */
export function withOnly<S extends Selection>(state: S, id: string): S {
  return { ...state, selected: id, picked: nonePicked, anchor: null }
}

/** Adds one entry to the selection, or takes it out. */
export function withToggled<S extends Selection>(state: S, id: string, { active }: PickedFrom): S {
  const picked = new Set(state.picked)
  if (picked.size === 0 && active !== null) picked.add(active)
  if (!picked.delete(id)) picked.add(id)
  return { ...state, selected: id, picked, anchor: id }
}

/** Selects everything between the entry where the selection began and this one. */
export function withRange<S extends Selection>(state: S, id: string, { ids, active }: PickedFrom): S {
  const anchor = state.anchor !== null && ids.includes(state.anchor) ? state.anchor : active
  const [from, to] = [ids.indexOf(anchor ?? id), ids.indexOf(id)].toSorted((a, b) => a - b)
  return { ...state, selected: id, picked: new Set(ids.slice(from, (to ?? 0) + 1)), anchor: anchor ?? id }
}

export function withAll<S extends Selection>(state: S, { ids }: PickedFrom): S {
  return { ...state, picked: new Set(ids) }
}

export function withNone<S extends Selection>(state: S): S {
  return { ...state, picked: nonePicked, anchor: null }
}
