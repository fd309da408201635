import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4, isIPv6 } from 'node:net';

/** Of an IPv6 address's eight parts, those that one customer of a network is given: the rest is theirs to change at will. */
const NETWORK_PARTS = 4;

/** As proxies write it: some with a port, some with an IPv4 address inside an IPv6 one. */
const bare = (said: string): string =>
  said
    .trim()
    .replace(/^\[([^\]]+)\](?::\d+)?$/u, '$1')
    .replace(/^([\d.]+):\d+$/u, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/iu, '')
    .replace(/%.*$/u, '');

function networkOf(ipv6: string): string {
  const [head = '', tail] = ipv6.toLowerCase().split('::');
  const partsOf = (text: string): string[] => text.split(':').filter((part) => part !== '');
  const [left, right] = [partsOf(head), partsOf(tail ?? '')];
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const parts = [...left, ...(tail === undefined ? [] : zeros), ...right].slice(0, NETWORK_PARTS);
  return parts.map((part) => part.replace(/^0+(?=.)/u, '')).join(':');
}

/**
 * Where a request comes from, as far as it is vouched for: by the connection itself, or by as many proxies in front as the
 * deployment says. What a browser wrote into the header before them counts for nothing, nor does what is no address. Of
 * IPv6 it is the network (/64), or whoever has one could be somebody else each time.
 */
export function addressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  proxies: number,
): string {
  const peer = bare(socket.remoteAddress ?? '');
  const said = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const told = proxies === 0 ? '' : bare(said.at(-proxies) ?? '');
  const address = isIP(told) === 0 ? peer : told;
  if (isIPv4(address)) return address;
  return isIPv6(address) ? networkOf(address) : 'unknown';
}
