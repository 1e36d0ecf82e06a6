// Whose word is taken for where a caller comes from: the address beyond the last proxy that we trust.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

export type Proxies = {
  trusts(ip: string): boolean;
  /** The address of the caller, as `request.ip` of Fastify tells it for the same networks. */
  callerOf(request: IncomingMessage): string;
};

/** `networks` are checked by the configuration: names, addresses and networks. */
export function createProxies(networks: readonly string[]): Proxies {
  const trusted = new BlockList();
  for (const network of networks.flatMap((one) => NAMED[one] ?? [one])) {
    const [ip = '', bits] = network.split('/');
    const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
    trusted.addSubnet(ip, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  const trusts = (ip: string) => {
    const version = isIP(ip);
    return version !== 0 && trusted.check(ip, version === 6 ? 'ipv6' : 'ipv4');
  };
  return {
    trusts,
    callerOf: (request) => {
      let ip = request.socket.remoteAddress ?? '';
      const told = request.headers['x-forwarded-for'];
      if (told === undefined || !trusts(ip)) return ip;
      // The nearest proxy writes at the end; what stands left of a stranger may be his invention.
      for (const one of String(told).split(',').toReversed()) {
        ip = one.trim();
        if (!trusts(ip)) return ip;
      }
      return ip;
    },
  };
}
