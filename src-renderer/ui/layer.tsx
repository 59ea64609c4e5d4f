import { createContext, type ReactNode, useContext, useState } from 'react'
import styles from './layer.module.css'

const LayerContext = createContext<HTMLElement | null>(null)

/** The place of menus and tooltips: inside their landmark or dialog, and not at the end of the page. */
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
