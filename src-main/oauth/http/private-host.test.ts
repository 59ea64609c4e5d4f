import { describe, expect, it } from 'vitest'
import { isPrivateHost } from './private-host.ts'

const hostOf = (address: string): string => new URL(address).hostname

describe('a host of this computer or of a private network', () => {
  it.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://0.0.0.0',
    'https://0',
    'https://10.1.2.3',
    'https://100.64.0.1',
    'https://169.254.169.254',
    'https://172.16.0.1',
    'https://172.31.255.255',
    'https://192.168.1.1',
    'https://198.18.0.1',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://[::1]',
    'https://[::]',
    'https://[fc00::1]',
    'https://[fd12:3456::1]',
    'https://[fe80::1]',
    'https://[ff02::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:c0a8:101]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::10.0.0.1]',
    'https://[64:ff9b::1]',
    'https://[64:ff9b::]',
    'https://[64:ff9b::10.0.0.0]',
    'https://[2002:7f00:1::]',
    'https://[2002:7f00::]',
    'https://[2002:a00::1]',
    'https://[2002::1]',
    'https://localhost',
    'https://LOCALHOST',
    'https://a.localhost',
    'https://printer.local',
    'https://vault.internal',
    'https://nas.home.arpa',
    'https://router'
  ])('is recognized: %s', (address) => expect(isPrivateHost(hostOf(address))).toBe(true))

  it.each([
    'https://as.example',
    'https://8.8.8.8',
    'https://100.128.0.1',
    'https://172.32.0.1',
    'https://192.169.0.1',
    'https://[2606:4700::1111]',
    'https://[::ffff:8.8.8.8]',
    'https://[64:ff9b::808:808]',
    'https://[64:ff9b::8.0.0.0]',
    'https://[2002:808:808::1]',
    'https://[2002:808::1]',
    'https://localhost.example',
    'https://internal.example.com',
    'https://local.dev'
  ])('is not %s', (address) => expect(isPrivateHost(hostOf(address))).toBe(false))
})
