import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { VaultProvider } from './state/vault-context.tsx'
import './styles/base.css'
import { ToastProvider } from './toasts/toaster.tsx'
import { OpenDialogsProvider } from './ui/open-dialogs.tsx'
import { markPlatform } from './styles/face.ts'

markPlatform()
const container = document.getElementById('app')
if (container === null) throw new Error('The page has no #app.')

createRoot(container).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={500}>
        <VaultProvider bridge={window.vault}>
          <OpenDialogsProvider>
            <ToastProvider>
              <App />
            </ToastProvider>
          </OpenDialogsProvider>
        </VaultProvider>
      </Tooltip.Provider>
    </CSPProvider>
  </StrictMode>
)
