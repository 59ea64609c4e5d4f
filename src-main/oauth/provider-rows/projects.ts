import type { PasswordProvider } from '../../core/provider.ts'
import { CHECKED_ON } from './base.ts'

/** Products whose projects sign people in by a password of their own. */
export const projectRows: readonly PasswordProvider[] = [
  {
    kind: 'password',
    id: 'supabase-auth',
    name: 'Supabase Auth',
    help: 'https://supabase.com/dashboard/project/_/settings/api-keys',
    source: 'supabase.com/docs: Auth, Sessions, Error codes; github.com/supabase/auth: openapi.yaml',
    checkedOn: CHECKED_ON
  }
]
