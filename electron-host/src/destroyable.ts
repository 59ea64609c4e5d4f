// Objects that can outlive their native half.

type Destroyable = { isDestroyed(): boolean }
type Ends = {
  /** Members that work without the native half: the host's own, and those that Electron leaves usable. */
  readonly but: readonly string[]
  /** The error that Electron throws. */
  readonly fault?: () => Error
}

/**
 * Makes every member of the class throw once its object is destroyed, as in Electron; `isDestroyed` and the
 * members of EventEmitter continue to work. Source: electron/electron,
 * shell/common/gin_helper/function_template.h.
 */
export function throwWhenDestroyed(
  type: { readonly prototype: object },
  { but, fault = () => new TypeError('Object has been destroyed') }: Ends
): void {
  const kept = new Set(['constructor', 'isDestroyed', ...but])
  const guard = <Member extends (this: never, ...args: never[]) => unknown>(member: Member): Member =>
    function (this: Destroyable, ...args: unknown[]) {
      if (this.isDestroyed()) throw fault()
      return Reflect.apply(member, this, args)
    } as unknown as Member
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(type.prototype))) {
    if (kept.has(name)) continue
    if (member.get) member.get = guard(member.get)
    if (member.set) member.set = guard(member.set)
    if (typeof member.value === 'function') member.value = guard(member.value as () => unknown)
    Object.defineProperty(type.prototype, name, member)
  }
}
