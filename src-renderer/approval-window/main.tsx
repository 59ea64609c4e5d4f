import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../styles/base.css'
import { ApprovalWindow } from './approval-window.tsx'
import { markPlatform } from '../styles/face.ts'

markPlatform()
const container = document.getElementById('app')
if (container === null) throw new Error('The page has no #app.')

createRoot(container).render(
  <StrictMode>
    <ApprovalWindow bridge={window.approval} />
  </StrictMode>
)
