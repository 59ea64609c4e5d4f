export const searchText = {
  filters: 'Filters',
  expired: 'Expired',
  expiresSoon: 'Expires soon',
  apiKeys: 'API keys',
  signIns: 'Sign-ins',
  unused: 'Unused 90 days',
  tag: 'Tag…'
} as const
