/** `host:port` without the port that https has anyway. */
export const shortHost = (host: string): string => host.replace(/:443$/, '')
