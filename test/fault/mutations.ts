/** Changes bytes as a disk, a careless edit or an attacker may do it; `random` returns numbers in [0, 1). */
export function mutate(bytes: Buffer, random: () => number): Buffer {
  const at = (length: number): number => Math.floor(random() * length)
  const position = at(bytes.length)
  const length = 1 + at(32)
  switch (at(8)) {
    case 0:
      return flipBit(bytes, at(bytes.length * 8))
    case 1:
      return replaced(bytes, position, 1, Buffer.of(at(256)))
    case 2:
      return replaced(bytes, position, length, Buffer.alloc(0))
    case 3:
      return replaced(bytes, position, 0, Buffer.from(Array.from({ length }, () => at(256))))
    case 4:
      return replaced(bytes, position, 0, bytes.subarray(at(bytes.length)))
    case 5:
      return replaced(bytes, position, length, Buffer.alloc(length))
    case 6:
      // Two pieces of the same length change places.
      return swapped(bytes, position, at(bytes.length), length)
    default:
      // A character that is mostly as legal in this place as the old one.
      return replaced(bytes, position, 1, Buffer.from(bytes.subarray(at(bytes.length)).subarray(0, 1)))
  }
}

export function flipBit(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return changed
}

function replaced(bytes: Buffer, position: number, length: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, position), by, bytes.subarray(position + length)])
}

function swapped(bytes: Buffer, one: number, other: number, length: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.set(bytes.subarray(one, one + length).subarray(0, bytes.length - other), other)
  changed.set(bytes.subarray(other, other + length).subarray(0, bytes.length - one), one)
  return changed
}
