// Loaded before the Agents Playground (`node --require`): it would listen on every interface, and asks services on the
// internet how it is running even with its telemetry off. On this machine it speaks to this machine only.
'use strict';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a preload of a CommonJS program
const net = require('node:net');

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

net.Server.prototype.listen = function listenOnLoopback(...args) {
  const callback = args.find((arg) => typeof arg === 'function');
  const [first] = args;
  const given = typeof first === 'object' && first !== null ? first : { port: Number(first ?? 0) };
  // A local socket has no address to bind.
  if (given.path !== undefined) return listen.apply(this, args);
  return listen.call(this, { ...given, host: '127.0.0.1' }, ...(callback ? [callback] : []));
};

net.Socket.prototype.connect = function connectToLoopback(...args) {
  // Node hands on its own normalised list, `[options, callback]`.
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: args[1] };
  const host = options.host ?? 'localhost';
  if (options.path !== undefined || LOOPBACK.includes(host)) return connect.apply(this, args);
  process.nextTick(() => this.destroy(new Error(`the playground may not leave this machine (${host})`)));
  return this;
};
