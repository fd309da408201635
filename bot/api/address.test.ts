import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressOf } from './address.ts';

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test.each([
  ['the connection itself', from('203.0.113.9'), 0, '203.0.113.9'],
  ['no proxy is believed unless the deployment says so', from('10.0.0.1', '198.51.100.7'), 0, '10.0.0.1'],
  ['what the only proxy saw', from('10.0.0.1', '198.51.100.7'), 1, '198.51.100.7'],
  ['nothing that was written before it', from('10.0.0.1', '9.9.9.9, 198.51.100.7'), 1, '198.51.100.7'],
  ['what the outer of two saw', from('10.0.0.1', '9.9.9.9, 198.51.100.7, 10.0.0.2'), 2, '198.51.100.7'],
  ['past a proxy, the connection', from('203.0.113.9', '9.9.9.9'), 2, '203.0.113.9'],
  ['without the header, the connection', from('203.0.113.9'), 1, '203.0.113.9'],
  ['what is no address makes nobody new', from('10.0.0.1', 'guess-1'), 1, '10.0.0.1'],
  ['a port is no part of it', from('10.0.0.1', '198.51.100.7:50123'), 1, '198.51.100.7'],
  ['IPv4 inside IPv6', from('::ffff:203.0.113.9'), 0, '203.0.113.9'],
  ['a network of IPv6', from('2001:db8:0:7:1234:5678:9abc:def0'), 0, '2001:db8:0:7'],
  ['the same, shortened', from('2001:0DB8:0::7'), 0, '2001:db8:0:0'],
  ['in brackets, with a port', from('10.0.0.1', '[2001:db8:0:7::1]:443'), 1, '2001:db8:0:7'],
  ['this machine', from('::1'), 0, '0:0:0:0'],
  ['of one machine’s own network', from('fe80::1%eth0'), 0, 'fe80:0:0:0'],
  ['a connection that is gone', from(undefined), 0, 'unknown'],
])('%s', (_what, request, proxies, address) => {
  expect(addressOf(request, proxies)).toBe(address);
});
