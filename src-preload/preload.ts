import { contextBridge, ipcRenderer } from 'electron'
import type { VaultBridge } from '#shared/bridge.ts'
import type { VaultEventName, VaultEvents, VaultRequestName } from '#shared/ipc.ts'

// The names are written out and not taken from the table, so that no schema code is bundled into the preload;
// a name that is missing or invented does not compile.
const request = <Name extends VaultRequestName>(name: Name): VaultBridge[Name] =>
  // The main process checks the arguments and answers with a Result; it never rejects.
  ((...args: unknown[]) => ipcRenderer.invoke(`latchkey:request:${name}`, ...args)) as VaultBridge[Name]

const events: Record<VaultEventName, true> = {
  changed: true,
  storageChanged: true,
  signInChanged: true,
  signInDismissed: true,
  preferencesChanged: true,
  reveal: true,
  moveChanged: true,
  clockChanged: true,
  lockChanged: true,
  signOutsChanged: true,
  trayChanged: true,
  unlistedChanged: true,
  activityChanged: true,
  relaysChanged: true
}

const vault: VaultBridge = {
  getSnapshot: request('getSnapshot'),
  listCredentials: request('listCredentials'),
  discoverIssuer: request('discoverIssuer'),
  discoverMcpServer: request('discoverMcpServer'),
  startSignIn: request('startSignIn'),
  signInWithPassword: request('signInWithPassword'),
  cancelSignIn: request('cancelSignIn'),
  retrySignIn: request('retrySignIn'),
  dismissSignIn: request('dismissSignIn'),
  continueInBrowser: request('continueInBrowser'),
  switchToCode: request('switchToCode'),
  copyUserCode: request('copyUserCode'),
  answerOtherAccount: request('answerOtherAccount'),
  submitRedirectUrl: request('submitRedirectUrl'),
  addApiKey: request('addApiKey'),
  refresh: request('refresh'),
  refreshAll: request('refreshAll'),
  checkNow: request('checkNow'),
  signOut: request('signOut'),
  remove: request('remove'),
  removeWithUndo: request('removeWithUndo'),
  undoRemoval: request('undoRemoval'),
  copyAccount: request('copyAccount'),
  copySecret: request('copySecret'),
  showSecret: request('showSecret'),
  checkStorage: request('checkStorage'),
  runDoctor: request('runDoctor'),
  fixDoctor: request('fixDoctor'),
  copyDoctorReport: request('copyDoctorReport'),
  setLayout: request('setLayout'),
  setPreferences: request('setPreferences'),
  openHelp: request('openHelp'),
  copyRedirectUri: request('copyRedirectUri'),
  copyIssuerRedirect: request('copyIssuerRedirect'),
  openSignOutPage: request('openSignOutPage'),
  forgetSignOuts: request('forgetSignOuts'),
  putSignOutsAway: request('putSignOutsAway'),
  takeBackUnlisted: request('takeBackUnlisted'),
  getClient: request('getClient'),
  changeClient: request('changeClient'),
  copyClientRedirect: request('copyClientRedirect'),
  prepareKey: request('prepareKey'),
  testKey: request('testKey'),
  switchKey: request('switchKey'),
  undoRotation: request('undoRotation'),
  finishRotation: request('finishRotation'),
  listStores: request('listStores'),
  moveStore: request('moveStore'),
  resumeMove: request('resumeMove'),
  undoMove: request('undoMove'),
  setLabels: request('setLabels'),
  getLock: request('getLock'),
  lockVault: request('lockVault'),
  unlockVault: request('unlockVault'),
  exportVault: request('exportVault'),
  previewImport: request('previewImport'),
  openImport: request('openImport'),
  runImport: request('runImport'),
  cancelImport: request('cancelImport'),
  recoveryStatus: request('recoveryStatus'),
  createRecoveryKey: request('createRecoveryKey'),
  removeRecoveryKey: request('removeRecoveryKey'),
  listApprovals: request('listApprovals'),
  listProposals: request('listProposals'),
  answerProposal: request('answerProposal'),
  revokeApproval: request('revokeApproval'),
  listClients: request('listClients'),
  removeClient: request('removeClient'),
  listAudit: request('listAudit'),
  explainAudit: request('explainAudit'),
  verifyAudit: request('verifyAudit'),
  copyActivity: request('copyActivity'),
  copyAuditAnchor: request('copyAuditAnchor'),
  listRelays: request('listRelays'),
  getRelay: request('getRelay'),
  openRelay: request('openRelay'),
  closeRelay: request('closeRelay'),
  copyRelay: request('copyRelay'),
  on: <Name extends VaultEventName>(name: Name, listener: (value: VaultEvents[Name]) => void) => {
    if (!Object.hasOwn(events, name)) throw new TypeError('Unknown event.')
    const forward = (_event: unknown, value: VaultEvents[Name]): void => listener(value)
    ipcRenderer.on(`latchkey:event:${name}`, forward)
    return () => void ipcRenderer.removeListener(`latchkey:event:${name}`, forward)
  }
}

contextBridge.exposeInMainWorld('vault', vault)
