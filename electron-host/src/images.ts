// `nativeImage`: PNG data and its size; the image is never painted.
import { readFileSync } from 'node:fs'
import { guarded, HostValue } from './base.ts'

type Size = { width: number; height: number }
type Representation = { scaleFactor?: number; buffer?: Buffer; dataURL?: string }

const fromDataUrl = (url: string): Buffer => Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')

export class NativeImage extends HostValue {
  #png: Buffer
  #template = false
  readonly #scaleFactors = new Set<number>()

  constructor(data: Buffer) {
    super()
    this.#png = data.subarray(1, 4).toString() === 'PNG' ? data : Buffer.alloc(0)
    if (!this.isEmpty()) this.#scaleFactors.add(1)
  }
  isEmpty(): boolean {
    return this.#png.length === 0
  }
  getSize(): Size {
    if (this.isEmpty()) return { width: 0, height: 0 }
    return { width: this.#png.readUInt32BE(16), height: this.#png.readUInt32BE(20) }
  }
  getScaleFactors(): number[] {
    return [...this.#scaleFactors]
  }
  toPNG(): Buffer {
    return this.#png
  }
  toDataURL(): string {
    return `data:image/png;base64,${this.#png.toString('base64')}`
  }
  addRepresentation({ scaleFactor = 1, buffer, dataURL }: Representation): void {
    const data = buffer ?? (dataURL === undefined ? Buffer.alloc(0) : fromDataUrl(dataURL))
    if (this.isEmpty()) this.#png = data
    this.#scaleFactors.add(scaleFactor)
  }
  setTemplateImage(option: boolean): void {
    this.#template = option
  }
  isTemplateImage(): boolean {
    return this.#template
  }
}

export const nativeImage = guarded('nativeImage', {
  createEmpty: (): NativeImage => new NativeImage(Buffer.alloc(0)),
  createFromBuffer: (buffer: Buffer): NativeImage => new NativeImage(buffer),
  createFromDataURL: (dataURL: string): NativeImage => new NativeImage(fromDataUrl(dataURL)),
  createFromPath: (path: string): NativeImage => {
    try {
      return new NativeImage(readFileSync(path))
    } catch {
      return new NativeImage(Buffer.alloc(0)) // as in Electron: an unreadable file is an empty image
    }
  }
})
