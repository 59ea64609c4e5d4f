// Objects whose native half can be gone before they are.

type Destroyable = { isDestroyed(): boolean }
type Ends = {
  /** Members that outlive the native half: the host's own, and what Electron leaves usable. */
  readonly but: readonly string[]
  /** What Electron throws. */
  readonly fault?: () => Error
}

/**
 * Makes every member of the class throw once its object is destroyed, as Electron's do; `isDestroyed` answers, and
 * EventEmitter's members work on. Source: electron/electron, shell/common/gin_helper/function_template.h.
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
