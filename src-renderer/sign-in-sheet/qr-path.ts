import { encodeQR } from 'qr'

/** The dark modules of a QR code as one SVG path, on a grid of `size` units with the quiet border. */
export type QrPath = { readonly size: number; readonly path: string }

/** ISO/IEC 18004 asks for four light modules around the code. */
const BORDER = 4

export function qrPath(text: string): QrPath {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: BORDER })
  const path = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { size: rows.length, path }
}
