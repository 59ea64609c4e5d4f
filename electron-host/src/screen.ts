// `screen`: one display, of a common size. Nothing is drawn on it.
import { app } from './app.ts'
import { HostObject } from './base.ts'
import type { Rectangle } from './views.ts'

type Display = { id: number; bounds: Rectangle; workArea: Rectangle; scaleFactor: number }

/** Height of a panel of the desktop, which windows do not cover. */
const PANEL = 32

class Screen extends HostObject<'display-added' | 'display-removed' | 'display-metrics-changed'> {
  getPrimaryDisplay(): Display {
    if (!app.isReady()) throw new Error('The screen module can not be used before app is ready')
    const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
    return { id: 1, bounds, workArea: { ...bounds, y: PANEL, height: bounds.height - PANEL }, scaleFactor: 1 }
  }
  getAllDisplays(): Display[] {
    return [this.getPrimaryDisplay()]
  }
}

export const screen = new Screen()
