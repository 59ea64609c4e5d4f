import { VisuallyHidden } from '../ui/visually-hidden.tsx'

/** The one polite live region of the window, for counts; a change of its text is read out. */
export function LiveRegion({ text }: { readonly text: string }) {
  return (
    <VisuallyHidden>
      <output>{text}</output>
    </VisuallyHidden>
  )
}
