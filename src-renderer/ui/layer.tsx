import { createContext, type ReactNode, useContext, useState } from 'react'
import styles from './layer.module.css'

const LayerContext = createContext<HTMLElement | null>(null)

/** Where menus and tooltips are put: inside the landmark or dialog they belong to, and not after the page. */
export function Layer({ children }: { readonly children: ReactNode }) {
  const [element, setElement] = useState<HTMLElement | null>(null)
  return (
    <LayerContext value={element}>
      {children}
      <div ref={setElement} className={styles['layer']} />
    </LayerContext>
  )
}

export function useLayer(): { readonly container: HTMLElement } | Record<string, never> {
  const element = useContext(LayerContext)
  return element === null ? {} : { container: element }
}
