import { execFile, spawn, spawnSync } from 'node:child_process'

/** A user that has nothing to do with the tests. */
export const NOBODY = 65_534

/** The programs of a list that this computer does not have. */
export function missingPrograms(names: readonly string[]): string[] {
  return names.filter((name) => spawnSync('which', [name]).status !== 0)
}

const visit = `
  $SIG{PIPE} = 'IGNORE';
  socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
  connect($s, pack_sockaddr_un($ARGV[0])) or do { print "refused: $!"; exit };
  syswrite($s, pack("H*", $ARGV[1]));
  my $n = sysread($s, my $got, 65536);
  print $n ? "answered $$" : "closed";
`

const busy = `
  socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die; listen($s, 0) or die;
  socket(my $c, AF_UNIX, SOCK_STREAM, 0); connect($c, pack_sockaddr_un($ARGV[0])) or die;
  $| = 1; print 1; <STDIN>;
`

/** A process that listens at a socket, is full and accepts nobody until its input ends. It says 1 once it listens. */
export function startBusyListener(path: string) {
  const program = ['perl', '-MSocket', '-e', busy, path] as const
  return spawn(program[0], program.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
}

/**
 * Connects to a socket in a process of its own, as another user or (null) the user of the tests, and sends bytes.
 * Resolves with `refused: REASON` of the system, `closed`, or `answered PID` with the id of that process.
 */
export function visitSocket(path: string, bytes: Buffer, uid: number | null): Promise<string> {
  const perl = ['perl', '-MSocket', '-e', visit, path, bytes.toString('hex')]
  const as =
    uid === null
      ? perl
      : ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', ...perl]
  const [program = '', ...args] = as
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 20_000 }, (error, out) =>
      error === null ? resolve(out) : reject(error)
    )
  })
}
