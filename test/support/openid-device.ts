import type { Configuration } from 'oidc-provider'
import { escape, page } from './openid-pages.ts'

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

/**
 * Device authorization with the provider's own pages: one to type the code, one to confirm it, one for the
 * end.
 */
export function deviceFlow(name: string): DeviceFlow {
  return {
    enabled: true,
    userCodeInputSource: async (context, form, _out, error) => {
      const words = error === undefined ? 'Type the code that Latchkey shows.' : 'That did not work.'
      const button =
        '<div class="buttons"><button class="main" form="op.deviceInputForm">Continue</button></div>'
      context.body = page(name, `<h1>Connect a device</h1><p>${words}</p>${form}${button}`)
    },
    userCodeConfirmSource: async (context, form, _client, _device, userCode) => {
      const buttons =
        '<button form="op.deviceConfirmForm" name="abort" value="yes">Cancel</button>' +
        '<button class="main" form="op.deviceConfirmForm">This is the code</button>'
      context.body = page(
        name,
        `<h1>Is this the code?</h1><p><b>${escape(userCode)}</b></p>${form}<div class="buttons">${buttons}</div>`
      )
    },
    successSource: async (context) => {
      context.body = page(name, '<h1>Connected</h1><p>Go back to Latchkey.</p>')
    }
  }
}
